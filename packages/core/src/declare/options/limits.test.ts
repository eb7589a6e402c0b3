import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { batchDefaults, defaults, limits, runDefaults, sinkDefaults } from './limits.js';
import type { Option } from './option.js';
import { checkedBatchOptions, checkedRunOptions, checkedSinkOptions, checkedStageOptions } from './option-check.js';

function entries(options: { readonly [name: string]: Option }): [name: string, option: Option][] {
  return Object.entries(options).flatMap(([name, option]) => [
    [name, option],
    ...(option.kind === 'group' ? entries(option.members.options) : []),
  ]);
}
const all = [limits.stage, limits.batch, limits.sink, limits.run, limits.operators, limits.flow, limits.observable].flatMap(
  ({ options }) => entries(options),
);

describe('the table of options', () => {
  test('each doc comment equals the doc of its entry', () => {
    const folder = new URL('.', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
    const written = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const comments = [...written.matchAll(/\/\*\* (.*) \*\/\s+(\w+): \{\s/g)].map(([, doc, name]) => [name, doc]);
    // The members of a group that two tables share are written once.
    const texts = (pairs: readonly (readonly unknown[])[]): string[] => [...new Set(pairs.map((pair) => pair.join(': ')))].sort();
    expect(texts(comments)).toEqual(texts(all.map(([name, { doc }]) => [name, doc])));
  });

  test('each option says what its absence means', () => {
    const silent = all.filter(
      ([, option]) => option.kind !== 'group' && !('default' in option) && option.defaultText === undefined,
    );
    expect(silent).toEqual([]);
  });

  test('no name is both available and later', () => {
    for (const { options, later } of [limits.stage, limits.batch, limits.sink, limits.run, limits.operators, limits.flow]) {
      expect(Object.keys(options).filter((name) => (later as readonly string[]).includes(name))).toEqual([]);
    }
  });

  test('the defaults pass their own checks', () => {
    const { capacity, capacityBytes, concurrency, order, batch, onError, retry, transfer, maxHeld } = defaults;
    expect(checkedStageOptions('a', 'io task', { capacity, capacityBytes, concurrency, order, onError, retry })).toEqual({
      capacity,
      capacityBytes,
      concurrency,
      order,
      onError,
      retry,
    });
    expect(checkedStageOptions('a', 'cpu task', { batch, transfer })).toEqual({ batch, transfer });
    expect(checkedStageOptions('a', 'cpu operators', { maxHeld })).toEqual({ maxHeld });
    expect(checkedBatchOptions(batchDefaults)).toEqual(batchDefaults);
    expect(checkedSinkOptions('a', sinkDefaults)).toEqual(sinkDefaults);
    expect(checkedRunOptions(runDefaults)).toEqual(runDefaults);
  });

  test('the defaults are those of the design', () => {
    expect(defaults).toEqual({
      capacity: 1024,
      capacityBytes: 64 * 1024 * 1024,
      concurrency: 16,
      order: 'input',
      batch: 'auto',
      onError: 'fail',
      retry: { attempts: 1, delayMs: 200, factor: 2, maxDelayMs: 30_000, jitter: true },
      transfer: false,
      maxHeld: 65_536,
      maxKeys: 100_000,
    });
    expect(batchDefaults).toEqual({ capacity: 1024, capacityBytes: 64 * 1024 * 1024, items: 1024 });
    expect(sinkDefaults).toEqual({
      capacity: 1024,
      capacityBytes: 64 * 1024 * 1024,
      batch: { items: 1024 },
      concurrency: 1,
      retry: defaults.retry,
      onError: 'fail',
    });
    expect(runDefaults).toEqual({
      isolation: 'thread',
      startTimeoutMs: 30_000,
      graceMs: 1000,
      maxRestarts: 5,
      output: 'inherit',
    });
  });

  test('docs/options.md says what the table says (mend it by `npm run docs:options`)', async () => {
    const script = fileURLToPath(new URL('../../../../../scripts/options-page.mjs', import.meta.url));
    await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toEqual({ stdout: '', stderr: '' });
  });
});
