/** Names of query parameters whose values are not shown, whoever gave them. */
export const secretName = /key|token|secret|pass|pwd|auth|sig|cred|session|jwt|code|otp/i;

// A scheme without a limit, and names with a `?`, would be looked for from each place of a long text to its end.
const urls = /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s"'`<>]+/gi;
/** Where another URL begins: in a list without blanks, or as the value of a parameter. */
const nextUrl = /(?<=[=,;|(])(?=[a-z][a-z\d+.-]{0,20}:\/\/)/i;
// What a fragment says in the same form is as secret: some servers answer with a token there.
const parameters = /([?&#])([^=&#?]*)=([^&#]*)/g;
const openParameter = /[?&#]([^=&#?]*)=$/;

/**
 * A text with another in the place of each credential that stands in a URL there: passwords, users without one where the scheme is http or
 * https, and values of parameters with such a name. By the places, and not by what stands there: a password may be `postgres`. What begins
 * with `${` is a var of a pipeline file and stays.
 */
export function withoutUrlSecrets(text: string, instead: (secret: string) => string = () => '***'): string {
  const veiled = (secret: string): string => (secret === '' || secret.startsWith('${') ? secret : instead(secret));
  const alone = (url: string): string =>
    withoutUser(url, veiled).replace(parameters, (whole, before: string, name: string, value: string) =>
      secretName.test(decoded(name)) ? `${before}${name}=${veiled(value)}` : whole,
    );
  return text.replace(urls, (found) =>
    found
      .split(nextUrl)
      .map((url, i, all) => (i > 0 && isSecretNext(all[i - 1]!) ? veiled(url) : alone(url)))
      .join(''),
  );
}

/** The whole of a URL is a secret where it is the value of a secret parameter. */
function isSecretNext(before: string): boolean {
  const name = openParameter.exec(before)?.[1];
  return name !== undefined && secretName.test(decoded(name));
}

function withoutUser(url: string, veiled: (secret: string) => string): string {
  const host = url.indexOf('://') + 3;
  // A password with a slash that is not encoded makes no URL: there it ends at the last @.
  const end = URL.canParse(url) ? url.slice(host).search(/[/?#]|$/) + host : url.length;
  const at = url.slice(0, end).lastIndexOf('@');
  if (at < host) return url;
  const user = url.slice(host, at);
  const colon = user.indexOf(':');
  if (colon !== -1) return url.slice(0, host + colon + 1) + veiled(user.slice(colon + 1)) + url.slice(at);
  return /^https?:/i.test(url) ? url.slice(0, host) + veiled(user) + url.slice(at) : url;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
