import { afterEach, beforeEach } from '@jest/globals';
import type { DeadLetter, RunOptions, RunReport } from '@millrace/core';
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

export const branching = `version: 1
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

export const plain = `version: 1
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

/** Of the test that runs. */
export let folder: ConfigFolder;

/** Each test of the file has a new folder, with the module of tasks in it. */
export function replaysInFolder(): void {
  beforeEach(() => {
    folder = new ConfigFolder();
    folder.write('steps.mjs', tasks);
  });
  afterEach(() => {
    folder.remove();
    delete process.env[variable];
  });
}

export function failing(what: string): void {
  process.env[variable] = what;
}

/** Runs a pipeline in which this fails, as it did before somebody mended it; its outputs are moved away, `NAME.ndjson` to `NAME.old`. */
export async function rejected(text: string, what: string): Promise<LoadedConfig> {
  const loaded = await loadConfig(folder.write('p.yaml', text));
  failing(what);
  await loaded.pipeline.run(loaded.params, loaded.runOptions);
  failing('');
  folder.moveOutputs(['audit', 'odd', 'out']);
  return loaded;
}

export async function replayed(loaded: LoadedConfig, options?: ReplayOptions, run: RunOptions = {}): Promise<Replayed> {
  const replay = await replayConfig(loaded, options);
  const lock = await replay.lock();
  const report = await replay.start(run).finished;
  const settled = await replay.settle(report);
  await lock.release();
  return { ...settled, report };
}

export function rows(name: string): unknown[] | undefined {
  return folder
    .outputOf(name)
    ?.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export function writeLetters(written: readonly object[]): void {
  folder.write('dlq.ndjson', written.map((letter) => `${JSON.stringify(letter)}\n`).join(''));
}

/** By id: items of several entries come in any order. */
export function sorted(name: string): { readonly id: number; readonly by: readonly string[] }[] | undefined {
  const found = rows(`${name}.ndjson`) as { readonly id: number; readonly by: readonly string[] }[] | undefined;
  return found?.sort((one, other) => one.id - other.id);
}

export function letters(name = 'dlq.ndjson'): DeadLetter[] {
  return rows(name) as DeadLetter[];
}
