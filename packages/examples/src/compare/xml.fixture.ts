/** Names of the elements of an XML text, in their order. @throws Error when it is not well-formed: tags that do not match, a bare `&` or `<` */
export function elements(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let at = 0;
  for (const tag of xml.matchAll(/<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/g)) {
    checkText(xml.slice(at, tag.index), open);
    at = tag.index + tag[0].length;
    const [, isEnd, name = '', , isEmpty] = tag;
    if (isEnd) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    if (open.length === 0 && names.length > 0) throw new Error(`<${name}> stands beside the root`);
    names.push(name);
    if (!isEmpty) open.push(name);
  }
  checkText(xml.slice(at), open);
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return names;
}

function checkText(text: string, open: readonly string[]): void {
  if (/<|&(?!(amp|lt|gt|quot);)/.test(text) || (open.length === 0 && text.trim() !== ''))
    throw new Error(`not well-formed: ${JSON.stringify(text)}`);
}
