import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type DeadLetter, type FlowOptions, flow, io, itemOf, pipeline } from '@millrace/core';
import { csv, ndjson } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-letters-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

const parse = ({ id, total }: { readonly [column: string]: unknown }): { id: bigint; total: number } => {
  if (!(Number(total) > 0)) throw new RangeError(`total ${String(total)}`);
  return { id: BigInt(String(id)), total: Number(total) };
};
const tax = ({ id, total }: { id: bigint; total: number }): { id: string; tax: number } => {
  if (id % 4n === 0n) throw new RangeError('no tax');
  return { id: String(id), tax: total / 5 };
};

let declared = 0;
/** Rows 1 to 12, of which row 3 has no total and each fourth has no tax. */
function orders(options: Pick<FlowOptions, 'maxErrors'>) {
  declared += 1;
  const [input, output, rejects] = ['in.csv', 'out.ndjson', 'rejects.ndjson'].map((name) => path(`${declared}-${name}`));
  const rows = Array.from({ length: 12 }, (_, i) => `${i + 1},${i === 2 ? 'oops' : 10}`);
  writeFileSync(input!, `id,total\n${rows.join('\n')}\n`);
  const made = pipeline({ url: import.meta.url }, `orders-${declared}`, (_: undefined) =>
    flow(csv.read(input!), { deadLetters: ndjson.write(rejects!), ...options })
      .pipe(io('parse', parse, { onError: 'deadLetter' }), io('tax', tax, { onError: 'deadLetter' }))
      .to(ndjson.write(output!)),
  );
  return { made, output: output!, rejects: rejects! };
}

describe('dead letters in a file', () => {
  test('F14 F15 F20 tell where each item comes from, and give it back', async () => {
    const { made, output, rejects } = orders({});
    const report = await made.run(undefined);
    expect(report.deadLetters).toEqual({ sink: 'ndjson', written: 4 });
    expect(readFileSync(output, 'utf8').trim().split('\n')).toHaveLength(8);
    const letters = readFileSync(rejects, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DeadLetter)
      .toSorted((a, b) => a.position! - b.position!);
    expect(letters.map(({ stage, position, origin }) => [stage, position, origin?.replace(/^.*in\.csv/, 'in.csv')])).toEqual([
      ['parse', 2, expect.stringMatching(/^in\.csv:4:/)],
      ['tax', 3, expect.stringMatching(/^in\.csv:5:/)],
      ['tax', 7, expect.stringMatching(/^in\.csv:9:/)],
      ['tax', 11, expect.stringMatching(/^in\.csv:13:/)],
    ]);
    expect(letters[0]).toMatchObject({ item: { id: '3', total: 'oops' }, error: { name: 'RangeError', message: 'total oops' } });
    expect(letters.slice(1).map(itemOf)).toEqual([4n, 8n, 12n].map((id) => ({ id, total: 10 })));
  });

  test('F21 a run that fails leaves neither them nor its output', async () => {
    const { made, output, rejects } = orders({ maxErrors: 2 });
    await expect(made.run(undefined)).rejects.toMatchObject({ code: 'ERR_TOO_MANY_ERRORS', errors: 3 });
    expect([existsSync(output), existsSync(rejects)]).toEqual([false, false]);
  });
});
