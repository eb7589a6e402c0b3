import MarkdownIt from 'markdown-it';

/** An HTML comment: readers do not see it. */
export interface Comment {
  /** From 1, of the first line of `text`. */
  readonly line: number;
  /** What stands between the marks, trimmed. */
  readonly text: string;
}

/** A fenced block of code. */
export interface Fence {
  /** From 1, of the opening mark; the code begins a line below. */
  readonly line: number;
  /** The first word behind the mark; empty where there is none. */
  readonly language: string;
  readonly text: string;
  /** Those right before it, in their order. */
  readonly comments: readonly Comment[];
}

export interface Markdown {
  readonly fences: readonly Fence[];
  /** Comments that stand before no fence. */
  readonly loose: readonly Comment[];
  /** Lines at which indented code begins. */
  readonly indented: readonly number[];
}

const parser = new MarkdownIt('commonmark');

export function readMarkdown(text: string): Markdown {
  const fences: Fence[] = [];
  const loose: Comment[] = [];
  const indented: number[] = [];
  let before: Comment[] = [];
  for (const { type, map, content, info } of parser.parse(text, {})) {
    const line = (map?.[0] ?? 0) + 1;
    if (type === 'html_block') {
      before.push(...commentsIn(content, line));
      continue;
    }
    if (type === 'fence') fences.push({ line, language: info.trim().split(/\s/)[0] ?? '', text: content, comments: before });
    else loose.push(...before);
    if (type === 'code_block') indented.push(line);
    before = [];
  }
  return { fences, loose: [...loose, ...before], indented };
}

function commentsIn(html: string, firstLine: number): Comment[] {
  const comments: Comment[] = [];
  for (let at = html.indexOf('<!--'); at >= 0; ) {
    const end = html.indexOf('-->', at);
    const inner = html.slice(at + 4, end < 0 ? undefined : end);
    const blank = inner.length - inner.trimStart().length;
    comments.push({ line: firstLine + lineBreaks(html.slice(0, at + 4 + blank)), text: inner.trim() });
    at = end < 0 ? -1 : html.indexOf('<!--', end);
  }
  return comments;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}
