/** Names of query parameters whose values are not shown, whoever gave them. */
export const secretName = /key|token|secret|pass|pwd|auth|sig|cred|session|jwt|code|otp/i;

// A scheme without a limit, and names with a `?`, would be looked for from each place of a long text to its end.
const urls = /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s"'`<>]+/gi;
const parameters = /([?&])([^=&#?]*)=([^&#]*)/g;

/**
 * A text with another in the place of each credential that stands in a URL there: passwords, users without one where the scheme is http or
 * https, and values of parameters with such a name. By the places, and not by what stands there: a password may be `postgres`. What begins
 * with `${` is a var of a pipeline file and stays.
 */
export function withoutUrlSecrets(text: string, instead: (secret: string) => string = () => '***'): string {
  const veiled = (secret: string): string => (secret === '' || secret.startsWith('${') ? secret : instead(secret));
  return text.replace(urls, (url) =>
    withoutUser(url, veiled).replace(parameters, (whole, before: string, name: string, value: string) =>
      secretName.test(decoded(name)) ? `${before}${name}=${veiled(value)}` : whole,
    ),
  );
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
