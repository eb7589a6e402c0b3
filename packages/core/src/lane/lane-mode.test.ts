import { afterEach, describe, expect, test } from '@jest/globals';
import { enterLaneMode, parkInLane, parkWhileLoading } from './lane-mode.js';

const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function settles(promise: Promise<unknown> | undefined): Promise<boolean> {
  return Promise.race([Promise.resolve(promise).then(() => true), quiet().then(() => false)]);
}

describe('lane mode', () => {
  // The realm of this file alone; it lies there for the whole life of a worker.
  afterEach(() => {
    Reflect.deleteProperty(globalThis, Symbol.for('millrace.lane'));
  });

  test('on the main thread nobody parks', () => {
    expect(parkInLane()).toBeUndefined();
    expect(parkWhileLoading()).toBeUndefined();
  });

  test('in a lane a run never settles, and tells that its module is loaded as far as it will be', async () => {
    const { parked } = enterLaneMode();
    expect(await settles(parked)).toBe(false);
    const run = parkInLane();
    expect(run).toBeInstanceOf(Promise);
    expect(await settles(parked)).toBe(true);
    expect(await settles(run)).toBe(false);
  });

  test('is entered once, whichever copy of the module asks', () => {
    expect(enterLaneMode()).toBe(enterLaneMode());
  });

  test('a flow of no pipeline parks only while the module is loading', () => {
    const mode = enterLaneMode();
    expect(parkWhileLoading()).toBeInstanceOf(Promise);
    mode.loading = false;
    expect(parkWhileLoading()).toBeUndefined();
    expect(parkInLane()).toBeInstanceOf(Promise);
  });
});
