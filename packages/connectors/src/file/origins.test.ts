import { describe, expect, test } from '@jest/globals';
import type { Pull } from '@millrace/core';
import { rowsOf } from '../csv/read.js';
import { heapUsed } from '../heap.fixture.js';
import { itemsOf } from '../json/read.js';
import { valuesOf } from '../ndjson/read.js';

const count = 12;
const long = 2 * 1024 * 1024;

/** Long texts and short ones in turns, as a file has them; nothing of it is kept here. */
async function* file(before: string, textOf: (index: number, body: string) => string, behind = '') {
  yield Buffer.from(before);
  for (let index = 0; index < count; index++) yield Buffer.from(textOf(index, 'x'.repeat(index % 2 === 0 ? long : 10)));
  yield Buffer.from(behind);
}

/** What tells the origins of all items, without the items. */
async function originsOf(
  pulls: AsyncIterable<Pull<unknown>>,
): Promise<{ readonly tell: () => string[]; readonly grownBytes: number }> {
  const before = heapUsed();
  const kept: (() => string[])[] = [];
  for await (const { items, origin } of pulls) keep(kept, items.length, origin!);
  return { tell: () => kept.flatMap((tell) => tell()), grownBytes: heapUsed() - before };
}

function keep(kept: (() => string[])[], length: number, origin: (index: number) => string): void {
  kept.push(() => Array.from({ length }, (_, index) => origin(index)));
}

const at = (origin: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => origin(index));

describe('what tells the places of the items of a long text', () => {
  test.each<[string, () => AsyncIterable<Pull<unknown>>, (index: number) => string]>([
    [
      'json',
      () =>
        itemsOf(
          file('[0', (index, body) => `,\n "${body}${index}"`, ']'),
          'f',
        ),
      (index) => (index === 0 ? 'f:1:2' : `f:${index + 1}:2`),
    ],
    [
      'ndjson',
      () =>
        valuesOf(
          file('', (index, body) => ` "${body}${index}"\n`),
          'f',
        ),
      (index) => `f:${index + 1}:2`,
    ],
    [
      'csv',
      () =>
        rowsOf(
          file('a\n', (index, body) => `"${body}${index}\n"\n`),
          'f',
        ),
      (index) => `f:${2 + 2 * index}:1`,
    ],
  ])(
    'does not keep the text: %s',
    async (_, pulls, origin) => {
      const { tell, grownBytes } = await originsOf(pulls());
      expect(tell().slice(0, count)).toEqual(at(origin));
      // The long texts are 12 MiB together; the file may hold one, and what is behind it.
      expect(grownBytes).toBeLessThan(2.5 * long);
    },
    20_000,
  );
});
