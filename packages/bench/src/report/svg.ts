/** A piece of an SVG image, as text that is well-formed. */
export interface Node {
  readonly markup: string;
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element; strings among its children are text. */
export function el(name: string, attributes: Attributes, children: readonly (Node | string)[] = []): Node {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`,
  );
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : child.markup)).join('');
  return { markup: inner === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inner}</${name}>` };
}

/** The whole image, on white. */
export function svg(
  { width, height, title }: { width: number; height: number; title: string },
  children: readonly Node[],
): string {
  const { markup } = el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${rounded(height)}`,
      width,
      height,
      'font-family': 'system-ui, sans-serif',
    },
    [el('title', {}, [title]), el('rect', { width, height, fill: '#fff' }), ...children],
  );
  return `${markup}\n`;
}

function escaped(text: string): string {
  // What XML 1.0 does not allow at all cannot be escaped either.
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
