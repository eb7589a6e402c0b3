import { isOver, lineTooLong, type TextBlock } from './text-blocks.js';

/** Some lines of a file, each without its line feed; a carriage return before it is still there. */
export interface LineBlock {
  readonly lines: readonly string[];
  /** Number of the first line, 1-based. */
  readonly line: number;
  /** What the lines were cut from; more of it may belong to other blocks. */
  readonly text: string;
}

export const defaultMaxLineBytes = 16 * 1024 * 1024;

/**
 * Splits blocks of text into lines. The lines before one that is too long are delivered before its error is thrown.
 *
 * @throws DataError for a line of more than `maxLineBytes`
 */
export async function* lineBlocks(
  blocks: AsyncIterable<TextBlock>,
  file: string,
  maxLineBytes: number,
): AsyncGenerator<LineBlock, void, undefined> {
  for await (const block of blocks) {
    const { text, line } = block;
    const lines = text.split('\n');
    block.lineFeeds = lines.length - 1;
    if (text.endsWith('\n')) lines.pop();
    const tooLong = isOver(text, maxLineBytes) ? lines.findIndex((one) => isOver(one, maxLineBytes)) : -1;
    if (tooLong === -1) {
      yield { lines, line, text };
    } else {
      if (tooLong > 0) yield { lines: lines.slice(0, tooLong), line, text };
      throw lineTooLong(file, line + tooLong, maxLineBytes);
    }
  }
}
