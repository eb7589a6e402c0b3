import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LetterError, ReplayError } from '../errors.js';
import { loadConfig } from '../load-config.js';
import { type ReplayOptions, replayConfig } from './replay-config.js';
import { branching, folder, plain, rejected, replayed, replaysInFolder, rows } from './replays.fixture.js';

replaysInFolder();

describe('refused before anything is read is', () => {
  const load = () => rejected(plain, 'sort:1,sort:2');

  test('a sink that would replace what an earlier run has written; another file, or the standard output, may be given', async () => {
    const loaded = await load();
    folder.write('out.ndjson', '{"id":3}\n');
    await expect(replayConfig(loaded)).rejects.toThrow(
      /the sink "ndjson" would replace .*out\.ndjson, which an earlier run has written: give it another file by --out FILE/,
    );
    const out = join(folder.path, 'more.ndjson');
    await replayed(loaded, { out });
    expect([folder.read('out.ndjson'), rows('more.ndjson')?.length]).toEqual(['{"id":3}\n', 2]);
    expect((await replayConfig(loaded, { out: '-' })).total).toBe(0);
  });

  test('a sink that would write what the replay itself needs', async () => {
    const loaded = await load();
    const file = join(folder.path, 'dlq.ndjson');
    const shared = join(folder.path, 'shared.ndjson');
    for (const [options, told] of [
      [{ out: shared, rejects: shared }, `would write ${shared}, which gets the letters of what fails again`],
      [{ out: `${file}.failed-again` }, 'which gets the letters of what fails again'],
      [{ out: `${file}.replaying` }, 'which says that the letters are being replayed'],
      [{ out: join(folder.path, 'x'), rejects: `${file}.replaying` }, 'it says that the letters are being replayed'],
    ] as const) {
      const refused = replayConfig(loaded, options);
      await expect(refused).rejects.toThrow(ReplayError);
      await expect(refused).rejects.toThrow(told);
    }
  });

  test('one file for two sinks, and one for none', async () => {
    const two = await rejected(branching, 'told:2,last:4');
    await expect(replayConfig(two, { out: 'x' })).rejects.toThrow('these letters go to the files of "ndjson (audit)", "ndjson"');
    const own = await rejected(
      plain.replace('{ ndjson: { path: out.ndjson } }', '{ use: ./steps.mjs#keep, with: { name: kept } }'),
      'sort:1',
    );
    await expect(replayConfig(own, { out: 'x' })).rejects.toThrow('these letters go to "kept"');
  });

  test('a second replay of the file at the same time, and one after a program that was killed', async () => {
    const loaded = await load();
    const [first, second] = [await replayConfig(loaded), await replayConfig(loaded)];
    const lock = await first.lock();
    await expect(second.lock()).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('is under way, begun at'),
    });
    await lock.release();
    await (await second.lock()).release();
  });

  test.each<[string, ReplayOptions, string]>([
    ['a stage that there is not', { stages: ['srot'] }, 'did you mean "sort"?'],
    ['a stage that rejects nothing', { stages: ['ndjso'] }, 'there are "enrich", "sort", "text", "ndjson"'],
    ['a number that there is not', { numbers: [{ from: 1, to: 2 }] }, 'has no dead letter 2: they are numbered 0 to 1'],
    ['the standard input', { file: '-' }, '"-" is none'],
  ])('%s', async (_, options, told) => {
    const loaded = await load();
    await expect(replayConfig(loaded, options)).rejects.toThrow(ReplayError);
    await expect(replayConfig(loaded, options)).rejects.toThrow(told);
  });

  test('a line that is damaged, a value that is no letter, a letter of another pipeline, each by its place', async () => {
    const loaded = await load();
    const [first = ''] = folder.read('dlq.ndjson').split('\n');
    folder.write('dlq.ndjson', `${first}\n${first.slice(0, 40)}\n`);
    await expect(replayConfig(loaded)).rejects.toMatchObject({ line: 2, message: expect.stringMatching(/dlq\.ndjson:2:41: /) });
    folder.write('dlq.ndjson', `${first}\n\n{"id":1}\n`);
    await expect(replayConfig(loaded)).rejects.toThrow(/dlq\.ndjson:3:1: this is no dead letter/);
    folder.write('dlq.ndjson', `${first.replace('"plain"', '"paid"')}\n`);
    await expect(replayConfig(loaded)).rejects.toThrow(LetterError);
    await expect(replayConfig(loaded)).rejects.toThrow('--set name="paid"');
    const renamed = await loadConfig(join(folder.path, 'p.yaml'), { set: { name: 'paid' } });
    expect((await replayConfig(renamed)).entries).toEqual(new Map([['sort', 1]]));
  });

  test('a pipeline without a sink, and one that does not say where its letters are', async () => {
    await load();
    const open = await loadConfig(folder.write('open.yaml', plain.replace(/sink: .*\n/, '')));
    await expect(replayConfig(open)).rejects.toThrow('what comes out would be dropped');
    const silent = await loadConfig(
      folder.write('silent.yaml', plain.replace(/errors: .*\n/, '').replace(', onError: deadLetter', '')),
    );
    await expect(replayConfig(silent)).rejects.toThrow('say which file has the dead letters');
    expect((await replayConfig(silent, { file: join(folder.path, 'dlq.ndjson') })).total).toBe(2);
  });
});
