import { readFileSync } from 'node:fs';

/** A file with one thing wrong in it. */
export interface Broken {
  /** What is wrong. */
  readonly what: string;
  /** The file. */
  readonly text: string;
  /** 1-based, of what must be underlined. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly rule: string;
  /** A part of the message. */
  readonly says: string;
  /** A part of the hint; empty: there need be none. */
  readonly hint: string;
  readonly bySchema: boolean;
}

/** What files without a line "version:" begin with. */
const head = 'version: 1\nname: p\nsource: { lines: { path: in.txt } }\n';

/**
 * The corpus, a block for each file: `=== what is wrong`, the file with « and » around what must be underlined, `--- rule`, a part of the
 * message, a part of the hint.
 */
export function brokenFiles(): readonly Broken[] {
  const corpus = readFileSync(new URL('../../src/check/broken-files.txt', import.meta.url), 'utf8');
  return corpus.split(/^=== /m).slice(1).map(brokenFile);
}

function brokenFile(block: string): Broken {
  const [, what, body, told] = /^(.*)\n([\s\S]*?)^--- ([\s\S]*)$/m.exec(block) ?? [];
  if (what === undefined || body === undefined || told === undefined) throw new Error(`not a block of the corpus: ${block}`);
  const [first = '', says = '', hint = ''] = told.split('\n');
  const marked = body.includes('version') ? body : head + body;
  const before = marked.slice(0, marked.indexOf('«')).split('\n');
  const underlined = marked.slice(marked.indexOf('«') + 1, marked.indexOf('»')).split('\n')[0]!;
  return {
    ...{ what, says, hint, text: marked.replace('«', '').replace('»', '') },
    ...{ line: before.length, column: before.at(-1)!.length + 1, length: Math.max(1, underlined.length) },
    rule: first.replace(/ \(.*/, ''),
    bySchema: first.endsWith('(seen by the schema)'),
  };
}
