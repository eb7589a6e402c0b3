import { describe, expect, test } from '@jest/globals';
import { PlanError } from '../../errors.js';
import { limits, type RateOptions } from './limits.js';
import type { StageKind } from './option.js';
import {
  checkedBatchOptions,
  checkedFlowOptions,
  checkedRunOptions,
  checkedSinkOptions,
  checkedStageOptions,
} from './option-check.js';
import { rateLimiter } from './rate.js';

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PlanError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
const stageRefusal = (kind: StageKind, options: unknown): string => refusal(() => checkedStageOptions('geocode', kind, options));

describe('stage options', () => {
  test('what was set is kept, and nothing else', () => {
    const given = { concurrency: 4, window: 4, order: undefined };
    const checked = checkedStageOptions('geocode', 'io task', given);
    expect(Object.entries(checked)).toEqual([
      ['concurrency', 4],
      ['window', 4],
    ]);
    given.concurrency = 0;
    expect(checked.concurrency).toBe(4);
    expect(checkedStageOptions('geocode', 'io task', undefined)).toEqual({});
  });

  test('numbers that are none, too small or not whole are refused with what is allowed', () => {
    for (const [value, text] of [
      [0, '0'],
      [-1, '-1'],
      [1.5, '1.5'],
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      [2 ** 53, '9007199254740992'],
      ['8', '"8"'],
      [null, 'null'],
      [true, 'true'],
      [8n, '8n'],
      [[8], 'an array'],
      [{}, 'an object'],
    ]) {
      expect(stageRefusal('io task', { capacity: value })).toBe(
        `stage "geocode": option "capacity" must be an integer ≥ 1, got ${String(text)}`,
      );
    }
  });

  test('more places than a program has memory for are refused, as one for each is made before the first item comes', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const must = (allowed: number) => `must be an integer from 1 to ${allowed}, got ${most}`;
    expect(stageRefusal('io task', { concurrency: most })).toContain(must(1_000_000));
    expect(stageRefusal('cpu task', { window: most })).toContain(must(10_000_000));
    expect(refusal(() => checkedSinkOptions('out', { concurrency: most }))).toContain(must(1_000_000));
    expect(checkedStageOptions('a', 'io task', { capacity: most, concurrency: 1_000_000 })).toEqual({
      capacity: most,
      concurrency: 1_000_000,
    });
  });

  test('a batch is a number within its bounds, or "auto"', () => {
    for (const batch of [1, 1024, 'auto']) expect(checkedStageOptions('a', 'cpu task', { batch })).toEqual({ batch });
    for (const batch of [0, 1025, 'Auto', null]) {
      expect(stageRefusal('cpu task', { batch })).toContain('option "batch" must be an integer from 1 to 1024, or "auto", got ');
    }
  });

  test('numbers need not be whole, but finite and within their bounds', () => {
    const resourceLimits = { maxOldGenerationSizeMb: 64.5, stackSizeMb: undefined };
    expect(checkedStageOptions('a', 'cpu task', { resourceLimits })).toEqual({
      resourceLimits: { maxOldGenerationSizeMb: 64.5 },
    });
    for (const stackSizeMb of [0, Number.NaN, Number.POSITIVE_INFINITY, '4', null]) {
      expect(stageRefusal('cpu operators', { resourceLimits: { stackSizeMb } })).toContain(
        'option "resourceLimits.stackSizeMb" must be a number ≥ 1, got ',
      );
    }
  });

  test('a retry is a group: whole attempts, a factor that need not be whole, a switch, and a function', () => {
    const retry = { attempts: 3, delayMs: 0, factor: 1.5, maxDelayMs: 0, jitter: false, when: () => true };
    expect(checkedStageOptions('a', 'io task', { retry })).toEqual({ retry });
    expect(stageRefusal('cpu task', { retry: { attempts: 0 } })).toContain('"retry.attempts" must be an integer ≥ 1, got 0');
    expect(stageRefusal('cpu task', { retry: { factor: 0.5 } })).toContain('"retry.factor" must be a number ≥ 1, got 0.5');
    expect(stageRefusal('io task', { retry: { jitter: 1 } })).toContain('"retry.jitter" must be true or false, got 1');
    expect(stageRefusal('io task', { retry: { when: 'always' } })).toContain(
      '"retry.when" must be a function (error, attempt) => boolean, got "always"',
    );
    expect(stageRefusal('io task', { retry: 3 })).toContain('option "retry" must be an object, got 3');
    expect(stageRefusal('io operators', { retry })).toContain('is for stages of io task or cpu task');
  });

  test('a word that is not a choice is refused with the choices', () => {
    expect(stageRefusal('io task', { order: 'Input' })).toBe(
      'stage "geocode": option "order" must be "input" or "key" or "none", got "Input"',
    );
    expect(stageRefusal('cpu task', { isolation: 1 })).toContain('must be "thread" or "process" or "inline", got 1');
  });

  test('later values and later options are told apart from mistakes', () => {
    for (const name of limits.stage.later) {
      expect(stageRefusal('cpu task', { [name]: 1 })).toBe(
        `stage "geocode": option "${name}" (given 1) is not available in this version`,
      );
    }
    expect(checkedStageOptions('a', 'io task', { rate: undefined })).toEqual({});
  });

  test('an unknown option is refused with what was likely meant and what is allowed', () => {
    expect(stageRefusal('io task', { Concurency: 4 })).toBe(
      'stage "geocode": unknown option "Concurency" (given 4), did you mean "concurrency"? allowed here: capacity, capacityBytes, concurrency, window, order, key, concurrencyPerKey, rate, onError, timeoutMs, retry, setup, teardown',
    );
    expect(stageRefusal('io operators', { colour: 4 })).toBe(
      'stage "geocode": unknown option "colour" (given 4); allowed here: capacity, capacityBytes, key, maxHeld, maxPending, maxKeys, keyIdleMs',
    );
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(stageRefusal('io task', JSON.parse(`{"${name}":1}`))).toContain(`unknown option "${name}"`);
    }
  });

  test('S9 an order by key needs a key, and a key stands for its order', () => {
    expect(stageRefusal('cpu task', { order: 'key' })).toBe(
      'stage "geocode": option "order" is "key", which needs the option "key": a function that gives the key of an item',
    );
    for (const order of ['input', 'none']) {
      expect(stageRefusal('cpu task', { order, key: String })).toBe(
        `stage "geocode": option "order" is "${order}", but "key" stands for the order of each key: leave "order" out`,
      );
    }
    expect(checkedStageOptions('geocode', 'cpu task', { order: 'key', key: String })).toEqual({ order: 'key', key: String });
  });

  test('S9 a concurrency for each key needs a key, and is not above the concurrency', () => {
    expect(stageRefusal('io task', { concurrencyPerKey: 2 })).toBe(
      'stage "geocode": option "concurrencyPerKey" is 2, which needs the option "key": a function that gives the key of an item',
    );
    expect(stageRefusal('io task', { key: String, concurrency: 4, concurrencyPerKey: 5 })).toContain(
      '"concurrencyPerKey" is 5, above the concurrency of 4, and could never be reached',
    );
    expect(stageRefusal('io task', { key: String, concurrencyPerKey: 17 })).toContain('above the concurrency of 16');
    expect(stageRefusal('cpu task', { key: String, concurrencyPerKey: 1 })).toContain('is for stages of io task');
    const keyed = { key: String, concurrencyPerKey: 2 };
    expect(checkedStageOptions('geocode', 'io task', keyed)).toEqual(keyed);
  });

  test('S9 what is said of attempts without a number of them is refused, of stages and sinks', () => {
    const idle = 'is set and "retry.attempts" is not, so nothing would be tried again: set "retry.attempts", 2 or more';
    expect(stageRefusal('io task', { retry: { delayMs: 5 } })).toBe(`stage "geocode": option "retry.delayMs" ${idle}`);
    expect(stageRefusal('cpu task', { retry: { attempts: undefined, when: () => true } })).toContain(`"retry.when" ${idle}`);
    expect(refusal(() => checkedSinkOptions('out', { retry: { jitter: false } }))).toBe(
      `sink "out": option "retry.jitter" ${idle}`,
    );
    expect(checkedStageOptions('a', 'io task', { retry: { attempts: 1, delayMs: 5 } })).toEqual({
      retry: { attempts: 1, delayMs: 5 },
    });
    expect(checkedSinkOptions('out', { retry: {} })).toEqual({ retry: {} });
  });

  test('S9 a rate has a limit and a time, or is a limiter', () => {
    const rate = { limit: 2, perMs: 1000, key: String };
    expect(checkedStageOptions('geocode', 'io task', { rate })).toEqual({ rate });
    const limiter = rateLimiter({ limit: 2, perMs: 1000 });
    expect(checkedStageOptions('geocode', 'io task', { rate: limiter }).rate).toBe(limiter);
    for (const [given, text] of [
      [{ limit: 0, perMs: 1 }, 'option "rate.limit" must be an integer ≥ 1, got 0'],
      [{ limit: 0.5, perMs: 1 }, 'option "rate.limit" must be an integer ≥ 1, got 0.5'],
      [{ limit: 1, perMs: 0 }, 'option "rate.perMs" must be an integer from 1 to 2147483647, got 0'],
      [{ perMs: 1 }, 'option "rate.limit" is missing: it must be an integer ≥ 1'],
      [{ limit: 1, perMs: undefined }, 'option "rate.perMs" is missing: it must be an integer from 1 to 2147483647'],
      [{ limit: 1, perMs: 1, key: 'id' }, 'option "rate.key" must be a function (item) => key, got "id"'],
      [{ limit: 1, perSec: 1 }, 'unknown option "rate.perSec"'],
      [5, 'option "rate" must be an object, got 5'],
    ] as const) {
      expect(stageRefusal('io task', { rate: given })).toContain(text);
    }
    expect(stageRefusal('cpu task', { rate })).toContain('option "rate" is for stages of io task');
    expect(refusal(() => rateLimiter({ limit: 0, perMs: 1 }))).toBe('rateLimiter: option "limit" must be an integer ≥ 1, got 0');
    expect(refusal(() => rateLimiter({ limit: 1 } as RateOptions))).toContain('rateLimiter: option "perMs" is missing');
  });

  test('an option of another kind of stage is refused with the kinds that take it', () => {
    expect(stageRefusal('cpu task', { concurrency: 4 })).toBe(
      'stage "geocode": option "concurrency" is for stages of io task, and this one is of cpu task; ' +
        'allowed here: capacity, capacityBytes, window, order, key, workers, isolation, batch, onError, timeoutMs, retry, transfer, maxTasksPerWorker, setup, teardown, resourceLimits',
    );
    expect(stageRefusal('io task', { maxHeld: 4 })).toContain('is for stages of io operators or cpu operators, and');
  });

  test('S9 a window below a concurrency that is set is refused; alone it is taken', () => {
    expect(stageRefusal('io task', { window: 4, concurrency: 8 })).toContain('"window" is 4, below the concurrency of 8');
    expect(stageRefusal('io task', { window: 15, concurrency: 16 })).toContain('"window" is 15, below the concurrency of 16');
    expect(checkedStageOptions('a', 'io task', { window: 4 })).toEqual({ window: 4 });
    expect(checkedStageOptions('a', 'io task', { window: 4, concurrency: undefined })).toEqual({ window: 4 });
    const key = (): string => 'k';
    expect(stageRefusal('io task', { window: 4, key, concurrencyPerKey: 5 })).toContain('is 5, above the concurrency of 4');
    expect(checkedStageOptions('a', 'io task', { window: 8, concurrency: 8 })).toEqual({ window: 8, concurrency: 8 });
    expect(checkedStageOptions('a', 'cpu task', { window: 1 })).toEqual({ window: 1 });
  });

  test('a teardown without a setup is refused, and so is what is no function', () => {
    const setup = (): number => 1;
    expect(checkedStageOptions('a', 'io task', { setup, teardown: setup })).toEqual({ setup, teardown: setup });
    expect(stageRefusal('io task', { teardown: setup })).toContain('option "teardown" takes back what "setup" gave');
    expect(stageRefusal('cpu task', { setup: {} })).toContain('"setup" must be a function (context) => resource, got an object');
  });

  test('options that are not an object are refused', () => {
    for (const options of [null, 4, 'fast', [], () => ({})]) {
      expect(stageRefusal('io task', options)).toContain('stage "geocode": options must be an object, got ');
    }
  });
});

describe('options of sinks, runs and flows', () => {
  test('a sink takes a batch of items', () => {
    expect(checkedSinkOptions('out', { capacity: 1, batch: { items: 5, ms: undefined } })).toEqual({
      capacity: 1,
      batch: { items: 5 },
    });
    expect(refusal(() => checkedSinkOptions('out', { batch: { items: 0 } }))).toBe(
      'sink "out": option "batch.items" must be an integer ≥ 1, got 0',
    );
    expect(refusal(() => checkedSinkOptions('out', { batch: { bytes: 1.5 } }))).toBe(
      'sink "out": option "batch.bytes" must be an integer ≥ 1, got 1.5',
    );
    expect(refusal(() => checkedSinkOptions('out', { batch: { item: 5 } }))).toContain(
      'unknown option "batch.item" (given 5), did you mean "items"?',
    );
    expect(refusal(() => checkedSinkOptions('out', { batch: 5 }))).toBe('sink "out": option "batch" must be an object, got 5');
  });

  test('a sink takes what its writes need', () => {
    const options = {
      capacityBytes: 1,
      batch: { items: 1, bytes: 2, ms: 3 },
      concurrency: 4,
      timeoutMs: 5,
      retry: { attempts: 6, when: () => true },
      onError: 'skip',
    };
    expect(checkedSinkOptions('out', options)).toEqual(options);
    expect(refusal(() => checkedSinkOptions('out', { retry: { attempts: 0 } }))).toBe(
      'sink "out": option "retry.attempts" must be an integer ≥ 1, got 0',
    );
    expect(refusal(() => checkedSinkOptions('out', { onError: 'drop' }))).toBe(
      'sink "out": option "onError" must be "fail" or "skip" or "deadLetter", got "drop"',
    );
  });

  test('B5 a batch says when it is full', () => {
    expect(checkedBatchOptions({ items: 5, ms: undefined })).toEqual({ items: 5 });
    expect(checkedBatchOptions({ ms: 5, capacity: 1, capacityBytes: 1 })).toEqual({ ms: 5, capacity: 1, capacityBytes: 1 });
    for (const nothing of [undefined, {}, { items: undefined }, { capacity: 5 }]) {
      expect(refusal(() => checkedBatchOptions(nothing))).toBe(
        'batch(...): when is a batch full? Set "items", the most items of one, or "ms", the longest time that its first item waits, or both',
      );
    }
    expect(refusal(() => checkedBatchOptions({ items: 0 }))).toBe('batch(...): option "items" must be an integer ≥ 1, got 0');
    expect(refusal(() => checkedBatchOptions({ item: 5 }))).toContain('unknown option "item" (given 5), did you mean "items"?');
    expect(refusal(() => checkedBatchOptions(5))).toBe('batch(...): options must be an object, got 5');
  });

  test('a run takes signals by their shape, and no workers at all', () => {
    const { signal } = new AbortController();
    expect(checkedRunOptions({ signal, workers: 0, graceMs: 0 })).toEqual({ signal, workers: 0, graceMs: 0 });
    expect(checkedRunOptions({ signal: { aborted: false, addEventListener: () => {} } })).toBeDefined();
    for (const bad of [{}, null, 'x', { aborted: true }]) {
      expect(refusal(() => checkedRunOptions({ signal: bad }))).toContain('run: option "signal" must be an AbortSignal, got ');
    }
  });

  test('times beyond what timers can count are refused', () => {
    expect(refusal(() => checkedRunOptions({ graceMs: 2 ** 31 }))).toContain('an integer from 0 to 2147483647, got 2147483648');
    expect(refusal(() => checkedRunOptions({ startTimeoutMs: 0 }))).toContain('an integer from 1 to 2147483647, got 0');
  });

  test('flows, stages and sinks refuse a checkpoint as later', () => {
    for (const [owner, check] of [
      ['flow', () => checkedFlowOptions({ checkpoint: 1 })],
      ['stage "a"', () => checkedStageOptions('a', 'io task', { checkpoint: 1 })],
      ['stage "a"', () => checkedStageOptions('a', 'cpu operators', { checkpoint: 1 })],
      ['sink "a"', () => checkedSinkOptions('a', { checkpoint: 1 })],
    ] as const) {
      expect(refusal(check)).toBe(`${owner}: option "checkpoint" (given 1) is not available in this version`);
    }
  });

  test('a run refuses a checkpoint as later, and a mistake as a mistake', () => {
    expect(refusal(() => checkedRunOptions({ checkpoint: 'x' }))).toBe(
      'run: option "checkpoint" (given "x") is not available in this version',
    );
    expect(refusal(() => checkedRunOptions({ worker: 2 }))).toContain(
      'unknown option "worker" (given 2), did you mean "workers"?',
    );
  });

  test('a flow takes where dead letters go, and how many errors there may be', () => {
    const deadLetters = { name: 'rejects', open: () => Promise.reject(new Error('nothing is opened')) };
    expect(checkedFlowOptions({})).toEqual({});
    for (const maxErrors of [0, 7, '0%', '1%', '0.5%', '100%']) {
      expect(checkedFlowOptions({ deadLetters, maxErrors })).toEqual({ deadLetters, maxErrors });
    }
    expect(refusal(() => checkedFlowOptions({ deadLetters: 'rejects.ndjson' }))).toBe(
      'flow: option "deadLetters" must be a Sink (an object with a name and open()), got "rejects.ndjson"',
    );
    for (const maxErrors of [-1, 0.5, Number.NaN, '1', '-1%', '101%', '1.%', '.5%', ' 1%', '1e1%']) {
      expect(refusal(() => checkedFlowOptions({ maxErrors }))).toMatch(
        /^flow: option "maxErrors" must be an integer ≥ 0, or a share from "0%" to "100%", got /,
      );
    }
    expect(refusal(() => checkedFlowOptions({ maxError: 1 }))).toBe(
      'flow: unknown option "maxError" (given 1), did you mean "maxErrors"? allowed here: deadLetters, maxErrors',
    );
  });
});
