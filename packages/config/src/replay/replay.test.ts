import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DeadLetter, itemOf, type RunOptions, type RunReport } from '@millrace/core';
import { LetterError, ReplayError } from '../errors.js';
import { ConfigFolder } from '../folder.fixture.js';
import { loadConfig } from '../load-config.js';
import type { LoadedConfig } from '../loaded.js';
import { type ReplayOptions, replayConfig } from './replay-config.js';
import type { Settled } from './settled.js';

const variable = 'MILLRACE_TEST_FAILS';

// What fails is told by the environment, which lanes see, too: `sort:2` is item 2 in the task "sort".
const tasks = `
const fails = (name, id) => (process.env.${variable} ?? '').split(',').includes(name + ':' + id);
export const pass = ({ name }) => (item) => {
  const id = Array.isArray(item) ? item.length : item.id;
  if (fails(name, id)) throw new Error(name + ' refuses ' + id);
  return Array.isArray(item) ? item : { ...item, by: [...(item.by ?? []), name] };
};
export const keep = ({ name }) => {
  const kept = [];
  return {
    name,
    open: async () => ({
      write: async (items) => {
        const bad = items.findIndex((item) => fails(name, item.id));
        if (bad !== -1) throw Object.assign(new Error(name + ' refuses ' + items[bad].id), { index: bad });
        kept.push(...items);
      },
      commit: async () => { if (fails(name, 'commit')) throw new Error('no commit'); },
      abort: async () => {},
    }),
  };
};
export const items = ({ n }) => ({
  name: 'items', maxPull: 1,
  open: async function* () { for (let id = 1; id <= n; id++) yield { items: [{ id }], origin: () => 'items:' + id }; },
});
export const count = (batch) => ({ n: batch.length });
export const odd = (item) => item.id % 2 === 1;
export const withMap = (item) => ({ ...item, tags: new Map([['id', item.id]]), total: 1n });
export const asText = (item) => ({ id: item.id, by: item.by, tags: String([...(item.tags ?? [])]), total: String(item.total) });
`;

const branching = `version: 1
name: branching
source: { use: ./steps.mjs#items, with: { n: 4 } }
run: { workers: 0 }
stages:
  - operators: [{ startWith: { id: 0 } }]
  - { io: first, use: ./steps.mjs#pass, with: { name: first }, onError: deadLetter }
  - tee: audit
    stages: [{ io: told, use: ./steps.mjs#pass, with: { name: told }, onError: deadLetter }]
    sink: { ndjson: { path: audit.ndjson } }
  - route:
      - case: odd
        when: ./steps.mjs#odd
        stages: [{ io: in odd, use: ./steps.mjs#pass, with: { name: in odd }, onError: deadLetter }]
        sink: { ndjson: { path: odd.ndjson } }
      - case: even
        when: { id: [2, 4] }
        stages: [{ io: in even, use: ./steps.mjs#pass, with: { name: in even }, onError: deadLetter }]
      - otherwise: rest
  - { io: last, use: ./steps.mjs#pass, with: { name: last }, onError: deadLetter }
sink: { ndjson: { path: out.ndjson } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;

const plain = `version: 1
name: plain
source: { use: ./steps.mjs#items, with: { n: 5 } }
run: { workers: 0 }
stages:
  - { io: enrich, use: ./steps.mjs#withMap }
  - { cpu: sort, use: ./steps.mjs#pass, with: { name: sort }, onError: deadLetter }
  - { io: text, use: ./steps.mjs#asText }
sink: { ndjson: { path: out.ndjson } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } }, maxErrors: 3 }
`;

interface Replayed extends Settled {
  readonly report: RunReport;
}

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
  folder.write('steps.mjs', tasks);
});
afterEach(() => {
  folder.remove();
  delete process.env[variable];
});

function failing(what: string): void {
  process.env[variable] = what;
}

/** Runs a pipeline in which this fails, as it did before somebody mended it; its outputs are moved away, `NAME.ndjson` to `NAME.old`. */
async function rejected(text: string, what: string): Promise<LoadedConfig> {
  const loaded = await loadConfig(folder.write('p.yaml', text));
  failing(what);
  await loaded.pipeline.run(loaded.params, loaded.runOptions);
  failing('');
  folder.moveOutputs(['audit', 'odd', 'out']);
  return loaded;
}

async function replayed(loaded: LoadedConfig, options?: ReplayOptions, run: RunOptions = {}): Promise<Replayed> {
  const replay = await replayConfig(loaded, options);
  const lock = await replay.lock();
  const report = await replay.start(run).finished;
  const settled = await replay.settle(report);
  await lock.release();
  return { ...settled, report };
}

function rows(name: string): unknown[] | undefined {
  return folder
    .outputOf(name)
    ?.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function writeLetters(written: readonly object[]): void {
  folder.write('dlq.ndjson', written.map((letter) => `${JSON.stringify(letter)}\n`).join(''));
}

/** By id: items of several entries come in any order. */
function sorted(name: string): { readonly id: number; readonly by: readonly string[] }[] | undefined {
  const found = rows(`${name}.ndjson`) as { readonly id: number; readonly by: readonly string[] }[] | undefined;
  return found?.sort((one, other) => one.id - other.id);
}

function letters(name = 'dlq.ndjson'): DeadLetter[] {
  return rows(name) as DeadLetter[];
}

describe('a dead letter goes into the stage that rejected it', () => {
  const everywhere = 'first:1,told:2,in odd:3,last:4';

  test('and on from there to the sinks: before a tee, in it, in a case, behind a route, all in one run', async () => {
    const loaded = await rejected(branching, everywhere);
    expect(letters().map(({ stage }) => stage)).toEqual(['first', 'told', 'in odd', 'last']);
    const { report, ...settled } = await replayed(loaded);
    expect(settled).toEqual({ replayed: 4, failedAgain: 0, remain: 0 });
    expect(report).toMatchObject({ outcome: 'completed', read: 4 });
    expect(sorted('audit')).toEqual([
      { id: 1, by: ['first', 'told'] },
      { id: 2, by: ['first', 'told'] },
    ]);
    expect(sorted('odd')).toEqual([
      { id: 1, by: ['first', 'in odd'] },
      { id: 3, by: ['first', 'in odd'] },
    ]);
    expect(sorted('out')).toEqual([{ id: 4, by: ['first', 'in even', 'last'] }]);
    expect(folder.outputOf('dlq.ndjson')).toBe('');
  });

  test.each([
    ['a tee', ['told'], { audit: [2] }],
    ['a case that ends', ['in odd'], { odd: [3] }],
    ['both', ['told', 'in odd'], { audit: [2], odd: [3] }],
    ['a tee and behind it', ['told', 'last'], { audit: [2], out: [4] }],
    ['the last stage', ['last'], { out: [4] }],
  ])('in %s no sink is opened but those that it leads to', async (_, stages, written) => {
    const loaded = await rejected(branching, everywhere);
    const { sinks } = await replayConfig(loaded, { stages });
    expect(sinks.map(({ file }) => file).sort()).toEqual(Object.keys(written).map((name) => join(folder.path, `${name}.ndjson`)));
    expect(await replayed(loaded, { stages })).toMatchObject({ replayed: stages.length, remain: 4 - stages.length });
    for (const name of ['audit', 'odd', 'out'] as const) {
      expect(sorted(name)?.map(({ id }) => id)).toEqual(Reflect.get(written, name));
    }
    expect(letters().map(({ stage }) => stage)).toEqual(
      ['first', 'told', 'in odd', 'last'].filter((name) => !stages.includes(name)),
    );
  });

  test('in a case that goes on behind its route, which no item comes to', async () => {
    const loaded = await rejected(branching, 'in even:2,in even:4');
    expect(await replayed(loaded)).toMatchObject({ replayed: 2, remain: 0 });
    expect(sorted('out')?.map(({ by }) => by)).toEqual([
      ['first', 'in even', 'last'],
      ['first', 'in even', 'last'],
    ]);
    expect(folder.outputOf('odd.ndjson')).toBeUndefined();
  });

  test('as it came into it, whatever JSON makes of it, and in a lane, which finds the stage in the shorter flow', async () => {
    const loaded = await rejected(plain, 'sort:2,sort:4');
    expect(letters().map(({ encoded }) => encoded)).toEqual(['v8', 'v8']);
    await replayed(loaded, undefined, { workers: 1 });
    expect(sorted('out')).toEqual([
      { id: 2, by: ['sort'], tags: 'id,2', total: '1' },
      { id: 4, by: ['sort'], tags: 'id,4', total: '1' },
    ]);
  });

  test('of a batch as the batch', async () => {
    const text = plain
      .replace('  - { cpu: sort', '  - batch: { items: 2 }\n  - { cpu: sort')
      .replace('./steps.mjs#asText', './steps.mjs#count')
      .replace('./steps.mjs#withMap', './steps.mjs#pass, with: { name: enrich }');
    const loaded = await rejected(text, 'sort:2');
    expect(letters().map(({ item }) => (item as unknown[]).length)).toEqual([2, 2]);
    await replayed(loaded);
    expect(rows('out.ndjson')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test('of a sink right before that sink', async () => {
    const text = `${plain.slice(0, plain.indexOf('sink:'))}sink: { use: ./steps.mjs#keep, with: { name: kept }, onError: deadLetter }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;
    const loaded = await rejected(text, 'kept:3');
    expect(letters()).toMatchObject([{ stage: 'kept', item: { id: 3, by: ['sort'] } }]);
    failing('kept:3');
    expect(await replayed(loaded)).toMatchObject({ replayed: 1, failedAgain: 1, remain: 1 });
    expect(letters()).toMatchObject([{ stage: 'kept', item: { id: 3, by: ['sort'] } }]);
    failing('');
    const { report } = await replayed(loaded);
    expect(report.stages.map(({ kind, in: items }) => [kind, items])).toEqual([
      ['source', 1],
      ['sink', 1],
    ]);
  });

  test('of one of several sinks that are the same connector by the name that it has in the whole flow', async () => {
    const text = plain.replace(
      '  - { io: text, use: ./steps.mjs#asText }',
      '  - route: [{ case: odd, when: ./steps.mjs#odd, stages: [{ io: o, use: ./steps.mjs#withMap }], sink: { ndjson: { path: odd.ndjson }, onError: deadLetter } }, { otherwise: even, stages: [{ io: e, use: ./steps.mjs#asText }] }]',
    );
    const loaded = await rejected(text, '');
    const names = letters().map(({ stage }) => stage);
    expect([...new Set(names)]).toEqual(['ndjson (odd)']);
    await replayed(loaded);
    expect(letters().map(({ stage }) => stage)).toEqual(names);
  });
});

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
