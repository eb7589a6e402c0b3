import { isScalar, type Pair, type YAMLMap } from 'yaml';
import { inline, type Notation } from './written.js';

/** A part of the text that becomes another one. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text of a file, and how it is written. */
export interface Written {
  readonly text: string;
  readonly notation: Notation;
}

/** Columns of a line that is written; longer lists have a line for each item. */
const lineWidth = 120;

/** What makes members of a case others; one that is `undefined` is taken out. All else, comments and layout, stays as it is. */
export function caseEdits(file: Written, test: YAMLMap, members: Readonly<Record<string, unknown>>): readonly Edit[] {
  const given = Object.entries(members).map(([name, value]) => ({ name, value, pair: pairOf(test, name) }));
  const removed = given.flatMap(({ value, pair }) => (value === undefined && pair !== undefined ? [pair] : []));
  const last = test.items.findLast((pair) => !removed.includes(pair))!;
  return [
    ...given.flatMap(({ value, pair }) =>
      value === undefined || pair === undefined ? [] : [replacement(file, test, pair, value)],
    ),
    ...given.flatMap(({ name, value, pair }) =>
      value === undefined || pair !== undefined ? [] : [addition(file, test, last, name, value)],
    ),
    ...removed.map((pair) => (test.flow === true ? flowRemoval(file, test, pair) : blockRemoval(file, test, pair))),
  ];
}

/** Edits of one text, which do not overlap; of those at one place the first one's text comes first. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits
    .toReversed()
    .sort((a, b) => b.start - a.start)
    .reduce((done, { start, end, text: by }) => done.slice(0, start) + by + done.slice(end), text);
}

function pairOf(test: YAMLMap, name: string): Pair | undefined {
  return test.items.find(({ key }) => isScalar(key) && key.value === name);
}

function replacement(file: Written, test: YAMLMap, pair: Pair, value: unknown): Edit {
  const { text } = file;
  const start = text.indexOf(':', rangeOf(pair.key)[1]) + 1;
  const [first] = rangeOf(pair.value);
  const end = endOf(text, pair);
  // What is said of it above its first sign stays.
  if (text.slice(start, first).includes('#')) return { start: first, end, text: textBelow(file, first, value) };
  return { start, end, text: valueText(file, test, pair, value) };
}

/** In lines of its own, as a list is that was written with dashes. */
function textBelow({ text, notation }: Written, first: number, value: unknown): string {
  if (!Array.isArray(value) || value.length === 0 || text[first] !== '-') return inline(value, notation);
  const begin = `${lineBreak(text)}${' '.repeat(first - lineStartOf(text, first))}`;
  return value.map((item) => `- ${inline(item, notation)}`).join(begin);
}

/** Behind the last member that stays. */
function addition(file: Written, test: YAMLMap, last: Pair, name: string, value: unknown): Edit {
  const { text } = file;
  const end = endOf(text, last);
  const member = `${inline(name, file.notation)}:${valueText(file, test, last, value)}`;
  const line = `${lineBreak(text)}${indentOf(text, last)}`;
  if (test.flow === true) return { start: end, end, text: beginsLine(text, last) ? `,${line}${member}` : `, ${member}` };
  // What is said of the last member in its line stays there.
  const at = lineEnd(text, end);
  return { start: at, end: at, text: `${line}${member}` };
}

/** With the comma that parts it from its neighbour. */
function flowRemoval({ text }: Written, test: YAMLMap, pair: Pair): Edit {
  const [start] = rangeOf(pair.key);
  const end = endOf(text, pair);
  const before = test.items[0] === pair ? undefined : /,\s*$/.exec(text.slice(0, start))?.[0];
  if (before !== undefined) return { start: start - before.length, end, text: '' };
  const comma = /^(?:\s|\s#.*)*,\s*/.exec(text.slice(end))?.[0] ?? '';
  return { start, end: end + comma.length, text: '' };
}

/** The whole line where it stands alone; behind the "- " of its case what comes next moves up. */
function blockRemoval({ text }: Written, test: YAMLMap, pair: Pair): Edit {
  const [start] = rangeOf(pair.key);
  const end = endOf(text, pair);
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const next = lineEnd(text, end);
  if (!beginsLine(text, pair)) {
    const second = rangeOf(test.items[test.items.indexOf(pair) + 1]?.key)[0];
    return { start, end: second > end && text.slice(end, second).trim() === '' ? second : end, text: '' };
  }
  if (text.slice(end, next).trim() !== '') return { start, end, text: '' };
  const newline = text.indexOf('\n', end);
  return newline === -1 ? { start: lineStart - 1, end: next, text: '' } : { start: lineStart, end: newline + 1, text: '' };
}

/** What stands behind the colon: in one line where it fits, else a line for each item. */
function valueText({ text, notation }: Written, test: YAMLMap, beside: Pair, value: unknown): string {
  const indent = indentOf(text, beside);
  const line = inline(value, notation);
  const inOne =
    !Array.isArray(value) || line.length + indent.length <= lineWidth || (test.flow === true && !beginsLine(text, beside));
  if (inOne) return ` ${line}`;
  const items = value.map((item) => inline(item, notation));
  const begin = `${lineBreak(text)}${indent}`;
  return test.flow === true
    ? ` [${begin}  ${items.join(`,${begin}  `)}${begin}]`
    : items.map((item) => `${begin}  - ${item}`).join('');
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
  return beginsLine(text, { key }) ? text.slice(lineStartOf(text, start), start) : ' '.repeat(start - lineStartOf(text, start));
}

function beginsLine(text: string, { key }: Pick<Pair, 'key'>): boolean {
  const [start] = rangeOf(key);
  return text.slice(lineStartOf(text, start), start).trim() === '';
}

function lineStartOf(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' && end > at ? end - 1 : end;
}

function lineBreak(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range =
    typeof node === 'object' && node !== null && 'range' in node
      ? (node.range as readonly number[] | null | undefined)
      : undefined;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}
