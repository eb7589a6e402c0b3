/**
 * The target of the first link of a relation in a `Link` header (RFC 8288); undefined when there is none. A relation is compared without
 * case, and may be one of several of a link.
 */
export function linkTarget(header: string, relation: string): string | undefined {
  for (const link of cut(header, ',')) {
    const [target = '', ...parameters] = cut(link, ';');
    const url = /^<([^>]*)>$/.exec(target.trim())?.[1];
    if (url !== undefined && relationsOf(parameters).includes(relation)) return url;
  }
  return undefined;
}

/** Of several `rel` the first one counts. */
function relationsOf(parameters: readonly string[]): readonly string[] {
  for (const parameter of parameters) {
    const [name = '', ...value] = parameter.split('=');
    if (name.trim().toLowerCase() !== 'rel') continue;
    const text = value.join('=').trim();
    const plain = text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
    return plain.toLowerCase().split(/\s+/);
  }
  return [];
}

/** The parts between a separator that stands neither within `<…>` nor within quotes. */
function cut(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let closing = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (closing === '"' && char === '\\') at += 1;
    else if (closing !== '') closing = char === closing ? '' : closing;
    else if (char === '<') closing = '>';
    else if (char === '"') closing = '"';
    else if (char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
