import type { Readable } from 'node:stream';

/** One line of what a worker printed, without its break. */
export interface OutputLine {
  /** Where it was printed. */
  readonly stream: 'stdout' | 'stderr';
  /** Without its line break, LF or CRLF; decoded as UTF-8. */
  readonly text: string;
}

/** Gives what comes out of a stream line by line; resolves when it has ended or broken, the last line without a break included. */
export function readLines(readable: Readable, onLine: (text: string) => void): Promise<void> {
  let rest = '';
  readable.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  });
  return new Promise((resolve) => {
    const end = (): void => {
      if (rest !== '') onLine(rest);
      rest = '';
      resolve();
    };
    readable.once('end', end).once('close', end);
  });
}
