import { afterEach, describe, expect, test } from '@jest/globals';
import { loadInLane, parkInLane, parkWhileLoading } from '@millrace/workers';

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

  test('a module is loaded when its import settles', async () => {
    expect(await loadInLane(async () => 'exports')).toBe('exports');
    await expect(loadInLane(() => Promise.reject(new RangeError('no file')))).rejects.toThrow('no file');
  });

  test('a module that waits for a run is loaded as far as it will be', async () => {
    let run: Promise<never> | undefined;
    const load = loadInLane(() => {
      run = parkInLane();
      return run!;
    });
    expect(await load).toBeUndefined();
    expect(await settles(run)).toBe(false);
  });

  test('what goes wrong in a module after it has parked concerns nobody', async () => {
    const load = loadInLane(async () => {
      void parkWhileLoading();
      await quiet();
      throw new RangeError('late');
    });
    expect(await load).toBeUndefined();
    await quiet();
    await quiet();
  });

  test('a pool parks in what a module set going, however late, and not in what others do meanwhile', async () => {
    const seen: boolean[] = [];
    let main: Promise<void> | undefined;
    await loadInLane(async () => {
      main = quiet().then(() => void seen.push(parkWhileLoading() !== undefined));
    });
    expect(parkWhileLoading()).toBeUndefined();
    await main;
    expect(seen).toEqual([true]);
  });

  test('modules that load at the same time are told apart', async () => {
    let go = (): void => {};
    const slow = loadInLane(() => new Promise<string>((resolve) => (go = () => resolve('slow'))));
    expect(await loadInLane(() => parkWhileLoading()!)).toBeUndefined();
    expect(await settles(slow)).toBe(false);
    go();
    expect(await slow).toBe('slow');
  });

  test('a run parks in a lane wherever it is called', async () => {
    await loadInLane(async () => undefined);
    expect(parkWhileLoading()).toBeUndefined();
    expect(await settles(parkInLane())).toBe(false);
  });
});
