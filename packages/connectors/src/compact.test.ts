import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as all from '@millrace/connectors';
import { seen } from './compact.fixture.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-compact-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['thread', 'process'] as const)(
  'in a lane that is a %s, the package is one file that has all of it, and a task can read by it',
  async (isolation) => {
    const file = join(folder, 'rows.csv');
    writeFileSync(file, 'id\n7\n');
    const outputs: unknown[] = [];
    for await (const output of seen.iterate(file, { workers: 1, isolation })) outputs.push(output);
    expect(outputs).toEqual([
      {
        entry: expect.stringContaining('/dist/compact/index.js'),
        names: Object.keys(all),
        rows: [{ id: '7' }],
        failure: true,
      },
    ]);
  },
  60_000,
);
