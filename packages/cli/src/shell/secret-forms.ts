import { inspect } from 'node:util';

/** A text by which a secret may be told. */
export interface SecretForm {
  readonly text: string;
  /** It is too short to be taken out of words and numbers that happen to hold it. */
  readonly alone: boolean;
}

/** Parts of a secret with fewer characters are taken out only where they stand by themselves: they would blacken every text. */
const minLength = 4;

/**
 * All texts by which a secret may be told: as it is, as code and URLs write it, and the same of each of its lines, since what is printed is told
 * line by line. The secret itself is taken out everywhere, however short it is: that was asked for. Of its lines those of one to three
 * characters count where no letter or digit stands beside them, and not at all when they hold none (`}`).
 */
export function secretForms(secret: string): readonly SecretForm[] {
  if (secret === '') return [];
  const forms = new Map(writings(secret).map((text) => [text, { text, alone: false }]));
  const lines = secret.split(/\r\n|\r|\n/).map((line) => line.trim());
  for (const line of lines.length > 1 ? lines : []) {
    const alone = line.length < minLength;
    if (alone && !/[\p{L}\p{N}]/u.test(line)) continue;
    for (const text of writings(line)) if (!forms.has(text)) forms.set(text, { text, alone });
  }
  return [...forms.values()];
}

/** A text as it is, as JSON and `console.log` quote it, and as URLs encode it. */
function writings(text: string): string[] {
  const others = [JSON.stringify(text).slice(1, -1), inspect(text, { breakLength: Number.POSITIVE_INFINITY }).slice(1, -1)];
  // Half a surrogate pair cannot be encoded.
  if (!/\p{Surrogate}/u.test(text)) others.push(encodeURIComponent(text), encodeURI(text));
  others.push(new URLSearchParams([['', text]]).toString().slice(1), ...urlParts(text));
  // What a URL leaves of `a/../b` is no longer the secret, and may be as short as a letter.
  return [text, ...others.filter((other) => other !== text && other.length >= Math.min(minLength, text.length))];
}

/**
 * What `URL` makes of a text that is put into one: each part encodes other characters. Once as a part that is set, once as a text that the URL is
 * made of, where `?` and `#` begin the next part.
 */
function urlParts(text: string): string[] {
  const url = new URL('http://h');
  url.pathname = `/${text}`;
  url.search = text;
  url.hash = text;
  url.username = text;
  const set = [url.pathname.slice(1), url.search.slice(1), url.hash.slice(1), url.username];
  const made = ['http://h/', 'http://h/?', 'http://h/#', 'db://h/'].flatMap((before) => {
    // The slash behind keeps a space at the end from being trimmed, as it is within a URL.
    const whole = `${before}${text}/`;
    return URL.canParse(whole) ? [new URL(whole).href.slice(before.length, -1)] : [];
  });
  return [...set, ...made, ...(URL.canParse(text) ? [new URL(text).href] : [])];
}
