import { describe, expect, test } from '@jest/globals';
import type { Running } from '../wire/running-cell.js';
import { ToldCell } from './told-cell.js';

describe('the cell of a process', () => {
  test('tells of each batch once, and that it is left', () => {
    const told: (Running | undefined)[] = [];
    const cell = new ToldCell((running) => told.push(running));
    cell.clear();
    cell.publish(1, 0);
    cell.clear();
    cell.clear();
    cell.publish(2, 4);
    cell.publish(3, 0);
    expect(told).toEqual([
      { batch: 1, index: 0, exact: false },
      undefined,
      { batch: 2, index: 4, exact: false },
      { batch: 3, index: 0, exact: false },
    ]);
  });

  test('tells exactly of each item that is watched', () => {
    const told: (Running | undefined)[] = [];
    const cell = new ToldCell((running) => told.push(running));
    cell.publish(1, 0);
    for (const index of [1, 2]) cell.publishWatched(1, index);
    expect(told).toEqual([{ batch: 1, index: 0, exact: false }, ...[1, 2].map((index) => ({ batch: 1, index, exact: true }))]);
  });

  test('calls when the event loop has not turned for a while, until frames have been read for sure', async () => {
    const cell = new ToldCell(() => {});
    expect(cell.called).toBe(false);
    while (!cell.called);
    const turns: boolean[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(cell.called);
    }
    expect(turns).toEqual([true, false, false]);
  });

  test('calls for ever when the lane is to stop', () => {
    const cell = new ToldCell(() => {});
    expect(cell.stopped).toBe(false);
    cell.stop();
    expect([cell.stopped, cell.called]).toEqual([true, true]);
  });

  test('tells of a later item of a batch after a while, and knows the one at hand', () => {
    const told: (Running | undefined)[] = [];
    const cell = new ToldCell((running) => told.push(running));
    let index = 0;
    cell.publish(1, index);
    while (told.length < 2) cell.publish(1, ++index);
    expect(index).toBeGreaterThan(1);
    expect(told[1]).toEqual({ batch: 1, index, exact: false });
    cell.publish(1, index + 1);
    expect(cell.read()).toEqual({ batch: 1, index: index + 1, exact: true });
  });
});
