import type { Painter } from './paint.js';

const mostColumns = 100;

/** Sentences, indented and broken into lines between words. */
export function prose(sentences: readonly string[], painter: Painter): string[] {
  const lines: string[] = [];
  for (const sentence of sentences) {
    let line = ' ';
    for (const word of sentence.split(' ')) {
      if (line !== ' ' && line.length + 1 + word.length > mostColumns) {
        lines.push(line);
        line = ' ';
      }
      line += ` ${word}`;
    }
    lines.push(line);
  }
  return lines.map(painter);
}
