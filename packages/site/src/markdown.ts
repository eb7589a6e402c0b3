/** The first heading of a page, which is its title, and the rest. Comments may stand before it. */
export function withoutTitle(markdown: string): { readonly title: string | undefined; readonly text: string } {
  const match = /^((?:\s|<!--[\s\S]*?-->)*)# (.+)\n/.exec(markdown);
  if (match === null) return { title: undefined, text: markdown };
  return { title: match[2]!.replaceAll('`', ''), text: match[1]! + markdown.slice(match[0].length) };
}

/** Takes HTML comments out of a page, as they are for tools. What stands in code stays. */
export function withoutComments(markdown: string): string {
  const fenceOrComment = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[`~]* *$|`[^`\n]*`|<!--[\s\S]*?-->\n?/gm;
  return markdown.replace(fenceOrComment, (found) => (found.startsWith('<!--') ? '' : found));
}

/** A fence around text, longer than any in it. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}
