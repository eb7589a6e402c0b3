export interface HtmlTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

// Comments and the text of scripts are matched whole, so that nothing in them is taken for a tag.
const tagOrSkipped =
  /<!--[\s\S]*?-->|<(script|style)\b((?:"[^"]*"|'[^']*'|[^'">])*)>[\s\S]*?<\/\1>|<([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const attribute = /([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** The tags that open elements in a page, in order. For pages that a program wrote: it is no parser of what browsers forgive. */
export function htmlTags(html: string): HtmlTag[] {
  return [...html.matchAll(tagOrSkipped)].flatMap(([, raw, rawAttributes, name, attributes]) => {
    const tag = raw ?? name;
    return tag === undefined ? [] : [{ name: tag.toLowerCase(), attributes: attributesOf(rawAttributes ?? attributes ?? '') }];
  });
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(attribute)].map(([, name = '', double, single, bare]) => [
    name.toLowerCase(),
    unescaped(double ?? single ?? bare ?? ''),
  ]);
  return Object.fromEntries(found);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);
}
