import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { itemOf, type RunReport } from '@millrace/core';
import { loadConfig } from '../load-config.js';
import { replayConfig } from './replay-config.js';
import { failing, folder, letters, plain, rejected, replayed, replaysInFolder, sorted, writeLetters } from './replays.fixture.js';

replaysInFolder();

describe('after a replay the file of dead letters holds what is left', () => {
  test('what was not chosen, what cannot be replayed, and what failed again, with the place where the item came from', async () => {
    const loaded = await rejected(plain, 'sort:1,sort:2,sort:5');
    const before = letters();
    const gone = { ...before[0]!, stage: 'srot' };
    const told = { ...before[0]!, item: '[Function]', encoded: 'text' };
    writeLetters([gone, ...before, told]);
    failing('sort:5');
    const replay = await replayConfig(loaded, {
      numbers: [
        { from: 0, to: 1 },
        { from: 3, to: 4 },
      ],
    });
    expect(replay.staying).toEqual([
      { why: 'the pipeline has no stage "srot" any more', count: 1, first: 0 },
      { why: 'the item could not be carried and is only told in words', count: 1, first: 4 },
    ]);
    const settled = await replay.settle(await replay.start({}).finished);
    expect(settled).toEqual({ replayed: 2, failedAgain: 1, remain: 4 });
    const after = letters();
    expect(after.slice(0, 3)).toEqual([gone, before[1], told]);
    expect(after[3]).toMatchObject({ stage: 'sort', origin: 'items:5', error: { message: 'sort refuses 5' } });
    expect(after[3]).not.toHaveProperty('position');
    expect(itemOf(after[3]!)).toEqual({ id: 5, tags: new Map([['id', 5]]), total: 1n });
    expect(sorted('out')?.map(({ id }) => id)).toEqual([1]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('dlq'))).toEqual(['dlq.ndjson']);
  });

  test('all of it when the letters that fail again have a file of their own', async () => {
    const loaded = await rejected(plain, 'sort:1,sort:2');
    const before = letters();
    failing('sort:2');
    const rejects = join(folder.path, 'again.ndjson');
    expect(await replayed(loaded, { rejects })).toMatchObject({ replayed: 2, failedAgain: 1, remain: 2 });
    expect(letters()).toEqual(before);
    expect(letters('again.ndjson')).toMatchObject([{ origin: 'items:2' }]);
    await expect(replayConfig(loaded, { rejects, out: 'other.ndjson' })).rejects.toThrow(/again\.ndjson is there already/);
  });

  test('all of it when the run fails; and what failed again stays where a sink has committed, or may have', async () => {
    const text = `${plain.slice(0, plain.indexOf('sink:'))}  - tee: beside
    sink: { use: ./steps.mjs#keep, with: { name: one } }
sink: { use: ./steps.mjs#keep, with: { name: two } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;
    const loaded = await rejected(text, 'sort:1,sort:2');
    const before = letters();
    for (const [fault, uncertain] of [
      ['sort:2,two:1', undefined],
      ['sort:2,two:commit', /^"one[^"]*" has committed, "two[^"]*" may have committed, and letters/],
      ['sort:2,one:commit', /^"one[^"]*" may have committed, and letters/],
    ] as const) {
      failing(fault);
      const replay = await replayConfig(loaded);
      const failure = await replay.start({}).finished.catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'ERR_STAGE' });
      const told = await replay.undo((failure as { readonly report: RunReport }).report);
      expect(told).toEqual(uncertain === undefined ? undefined : expect.stringMatching(uncertain));
      expect(letters()).toEqual(before);
      expect(existsSync(replay.rejects)).toBe(uncertain !== undefined);
      rmSync(replay.rejects, { force: true });
    }
  });

  test('of a drained run what was not read: each item is delivered or left, none is both', async () => {
    const loaded = await rejected(
      plain.replace('with: { name: sort }', 'with: { name: sort }, capacity: 8, window: 8'),
      'sort:1',
    );
    const [letter] = letters();
    const ids = Array.from({ length: 3_000 }, (_, id) => id);
    writeLetters(ids.map((id) => ({ ...letter!, encoded: undefined, item: { id } })));
    const replay = await replayConfig(loaded);
    const run = replay.start({});
    while (run.snapshot().read === 0) await new Promise((resolve) => setImmediate(resolve));
    await run.drain();
    const { replayed: count, remain } = await replay.settle(await run.finished);
    expect(count + remain).toBe(ids.length);
    const delivered = sorted('out')!.map(({ id }) => id);
    const left = letters().map(({ item }) => (item as { readonly id: number }).id);
    expect([...delivered, ...left]).toEqual(ids);
  });

  test('all of it, with the reason, when an operator wanted no more of the items that were on their way', async () => {
    const text = plain
      .replace('  - { io: text', '  - operators: [{ take: 1 }]\n  - { io: text')
      .replace('onError:', 'window: 1, onError:');
    await rejected(text.replace('take: 1', 'skip: 0'), 'sort:1,sort:2,sort:3');
    const before = letters();
    const taking = await loadConfig(folder.write('p.yaml', text));
    expect(await replayed(taking)).toMatchObject({ remain: 3, unsettled: expect.stringContaining('an operator has ended') });
    expect(letters()).toEqual(before);
    expect(sorted('out')).toHaveLength(1);
    await expect(replayConfig(taking, { out: 'other.ndjson' })).rejects.toThrow('an earlier replay has left it');
  });

  test('all of it when somebody else has written it meanwhile', async () => {
    const loaded = await rejected(plain, 'sort:1');
    const replay = await replayConfig(loaded);
    const report = await replay.start({}).finished;
    const other = `${folder.read('dlq.ndjson')}${folder.read('dlq.ndjson')}`;
    folder.write('dlq.ndjson', other);
    await expect(replay.settle(report)).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('has changed'),
    });
    expect(folder.read('dlq.ndjson')).toBe(other);
  });
});
