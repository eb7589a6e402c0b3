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

export function updatedText(text: string, updates: ReadonlyMap<number, Expectation>): string {
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
  const keyEnd = rangeOf(pair.key)[1];
  const colon = text.indexOf(':', keyEnd) + 1;
  const end = pair.value === null ? colon : Math.max(colon, rangeOf(pair.value)[1]);
  const start = pair.value === null ? colon : colon;
  return { start, end, text: ` ${written(value, indentOf(text, pair), test.flow === true)}` };
}

/** Behind the last member of the case. */
function addition(text: string, test: YAMLMap, name: string, value: unknown): Edit {
  const last = test.items.at(-1)!;
  const end = last.value === null ? rangeOf(last.key)[1] + 1 : rangeOf(last.value)[1];
  if (test.flow === true) return { start: end, end, text: `, ${name}: ${written(value, '', true)}` };
  const indent = indentOf(text, last);
  const trimmed = text.slice(0, end).trimEnd().length;
  return { start: trimmed, end: trimmed, text: `\n${indent}${name}: ${written(value, indent, false)}` };
}

function removal(text: string, pair: Pair): Edit {
  const start = rangeOf(pair.key)[0];
  const end = pair.value === null ? rangeOf(pair.key)[1] + 1 : rangeOf(pair.value)[1];
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const alone = text.slice(lineStart, start).trim() === '';
  const next = text.indexOf('\n', end);
  return alone
    ? { start: lineStart, end: next === -1 || text.slice(end, next).trim() !== '' ? end : next + 1, text: '' }
    : { start, end, text: '' };
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
