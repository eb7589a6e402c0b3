import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '@millrace/core';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { cleanRow, cleanUp } from './pipeline.js';

const folder = useFolder();
const good = { name: 'Ada', email: 'ada@example.org', country: 'DE', joined: '2026-11-09', spent: '1.00' };

describe('the clean-up', () => {
  test('writes each contact once, all spelt alike; what cannot be mended is a dead letter with line and reason', async () => {
    const [summary] = await shortRun('csv-clean-up', { folder: folder.path() });
    expect(summary).toMatch(/^200 read, 180 delivered, dead letters: 10\. /);

    // Of 200, every 10th repeats the one before it; half of these are bad.
    const ids = Array.from({ length: 200 }, (_, index) => index).filter((index) => index % 10 !== 9);
    const rows = ids.map((id) => `Ada Nr ${id},ada.${id}@example.org,DE,2026-11-09,1234.50`);
    expect(await folder.text('clean.csv')).toBe(`${['name,email,country,joined,spent', ...rows].join('\n')}\n`);

    const letters = await folder.rows<DeadLetter>('rejects.ndjson');
    expect(letters.map(({ origin }) => Number(/contacts\.csv:(\d+):1$/.exec(origin ?? '')?.[1]))).toEqual(
      Array.from({ length: 10 }, (_, index) => 20 * index + 21),
    );
    expect(letters.slice(0, 2).map(({ error }) => error.message)).toEqual([
      '"ada.18.example.org" is no email',
      '"30.02.2026" is no date',
    ]);
  });

  test('a file of which more than a tenth is bad writes nothing', async () => {
    const [contacts, out, rejects] = ['in.csv', 'out.csv', 'rejects.ndjson'].map((name) => join(folder.path(), name)) as [
      string,
      string,
      string,
    ];
    await writeFile(contacts, 'name,email,country,joined,spent\nAda,ada@example.org,DE,2026-11-09,1\nBob,bob,DE,2026-11-09,1\n');
    await expect(cleanUp.run({ contacts, out, rejects })).rejects.toMatchObject({ code: 'ERR_TOO_MANY_ERRORS' });
    expect([existsSync(out), existsSync(rejects)]).toEqual([false, false]);
  });

  test.each([
    [{ email: 'ada@example' }, '"ada@example" is no email'],
    [{ country: 'Atlantis' }, '"Atlantis" is no country'],
    [{ joined: '2026-02-30' }, '"2026-02-30" is no date'],
    [{ joined: '2026' }, '"2026" is no date'],
    [{ spent: '12.345' }, '"12.345" is no amount'],
    [{ spent: '' }, '"" is no amount'],
  ])('%j is refused', (wrong, message) => {
    expect(() => cleanRow({ ...good, ...wrong })).toThrow(message);
  });
});
