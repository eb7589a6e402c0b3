import { readFile, writeFile } from 'node:fs/promises';
import { isMap, isScalar, isSeq, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml';
import { asData } from './differences.js';

/** What a case is to expect from now on; a member that is `undefined` is taken out, one that is absent stays as it is. */
export interface Expectation {
  readonly out?: readonly unknown[];
  readonly deadLetters?: readonly unknown[];
  readonly error?: Readonly<Record<string, unknown>> | undefined;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Columns of a line that is written; longer lists have a line for each item. */
const lineWidth = 120;

/** Writes expectations into the cases of a file, by their numbers. Only their text changes: comments and layout stay. */
export async function updateFile(file: string, updates: ReadonlyMap<number, Expectation>): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, updatedText(text, updates));
}

function updatedText(text: string, updates: ReadonlyMap<number, Expectation>): string {
  const tests = parseDocument(text).get('tests');
  const edits = [...updates].flatMap(([index, expectation]) => {
    const test = isSeq(tests) ? tests.items[index] : undefined;
    return isMap(test) ? editsOf(text, test, expectation) : [];
  });
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: by }) => edited.slice(0, start) + by + edited.slice(end), text);
}

function editsOf(text: string, test: YAMLMap, expectation: Expectation): readonly Edit[] {
  return Object.entries(expectation).flatMap(([name, value]) => {
    const pair = test.items.find(({ key }) => isScalar(key) && key.value === name);
    if (value === undefined) return pair === undefined ? [] : [removal(text, pair)];
    return [pair === undefined ? addition(text, test, name, value) : replacement(text, test, pair, value)];
  });
}

function replacement(text: string, test: YAMLMap, pair: Pair, value: unknown): Edit {
  const start = text.indexOf(':', rangeOf(pair.key)[1]) + 1;
  return { start, end: endOf(text, pair), text: ` ${written(value, indentOf(text, pair), test.flow === true)}` };
}

/** Behind the last member of the case. */
function addition(text: string, test: YAMLMap, name: string, value: unknown): Edit {
  const last = test.items.at(-1)!;
  const end = endOf(text, last);
  if (test.flow === true) return { start: end, end, text: `, ${name}: ${written(value, '', true)}` };
  const indent = indentOf(text, last);
  // What is said of the last member in its line stays there.
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return { start: at, end: at, text: `\n${indent}${name}: ${written(value, indent, false)}` };
}

/** The whole line where it stands alone. */
function removal(text: string, pair: Pair): Edit {
  const [start] = rangeOf(pair.key);
  const end = endOf(text, pair);
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const lineEnd = text.indexOf('\n', end);
  const alone = text.slice(lineStart, start).trim() === '' && lineEnd !== -1 && text.slice(end, lineEnd).trim() === '';
  if (alone) return { start: lineStart, end: lineEnd + 1, text: '' };
  const before = text.slice(0, start).match(/,\s*$/);
  return { start: start - (before?.[0].length ?? 0), end, text: '' };
}

/** Where the value ends, line breaks behind it left out. */
function endOf(text: string, { key, value }: Pair): number {
  const [keyStart, keyEnd] = rangeOf(key);
  const end = Math.max(rangeOf(value)[1], text.indexOf(':', keyEnd) + 1);
  return keyStart + text.slice(keyStart, end).trimEnd().length;
}

/** Columns before a key, as white space: "- " counts as two. */
function indentOf(text: string, { key }: Pair): string {
  const [start] = rangeOf(key);
  return ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range =
    typeof node === 'object' && node !== null && 'range' in node
      ? (node.range as readonly number[] | null | undefined)
      : undefined;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** In one line where it fits, else a line for each item. */
function written(value: unknown, indent: string, inFlow: boolean): string {
  const line = inline(value);
  if (inFlow || !Array.isArray(value) || line.length + indent.length <= lineWidth) return line;
  return value.map((item) => `\n${indent}  - ${inline(item)}`).join('');
}

function inline(value: unknown): string {
  return stringify(asData(value), { collectionStyle: 'flow', flowCollectionPadding: true, lineWidth: 0 }).trimEnd();
}
