import { describe, expect, test } from '@jest/globals';
import type { Reply } from '@millrace/workers';
import { Traffic } from './traffic.js';

const reply = (busyMs: number, crossing: Partial<Reply['crossing']> = {}, lane = 0): Reply => ({
  ...{ lane, values: [], counts: undefined, failures: undefined, more: false, returned: 0, busyMs },
  crossing: { handMs: 0, waitMs: 0, sentBytes: 0, receivedBytes: 0, ...crossing },
});

describe('the traffic of a stage', () => {
  test('charges each item of a reply with the mean of its work, and with the whole wait', () => {
    const traffic = new Traffic(() => 0);
    traffic.told(traffic.batch(4), reply(8, { waitMs: 3 }), 4);
    traffic.told(traffic.batch(1), reply(7, { waitMs: 5 }), 1);
    expect(traffic.figures.run).toMatchObject({ count: 5, mean: 3, max: 7 });
    expect(traffic.figures.wait).toMatchObject({ count: 5, mean: 17 / 5, max: 5 });
  });

  test('charges an item that goes on when it ends, with all that it took', () => {
    const traffic = new Traffic(() => 0);
    const times = traffic.batch(2);
    traffic.told(times, reply(4, { waitMs: 1 }), 0);
    expect(traffic.figures.run).toBeUndefined();
    traffic.told(times, reply(6, { waitMs: 2 }), 1);
    traffic.told(times, reply(3, { waitMs: 4 }), 1);
    expect(traffic.figures.run).toMatchObject({ count: 2, mean: 6.5, max: 10 });
    expect(traffic.figures.wait).toMatchObject({ count: 2, mean: 5, max: 7 });
  });

  test('sums up what the main thread spent and what crossed; bytes of which nothing is known are not told', () => {
    const traffic = new Traffic(() => 0);
    traffic.told(traffic.batch(1), reply(1, { handMs: 2 }), 1);
    expect(traffic.figures).toMatchObject({ handOverMs: 2, bytes: undefined });
    traffic.told(traffic.batch(1), reply(1, { handMs: 3, sentBytes: 10, receivedBytes: 20 }), 1);
    expect(traffic.figures).toMatchObject({ handOverMs: 5, bytes: { sent: 10, received: 20 } });
  });

  test('knows the sizes of batches over time', () => {
    let at = 10;
    const traffic = new Traffic(() => at);
    traffic.batch(1);
    at = 30;
    traffic.batch(5);
    expect(traffic.figures.batches).toEqual({
      count: 2,
      mean: 3,
      largest: 5,
      sizes: [
        { atMs: 10, mean: 1 },
        { atMs: 30, mean: 5 },
      ],
    });
  });

  test('knows what each lane did, and how often it was replaced', () => {
    const traffic = new Traffic(() => 0);
    traffic.told(traffic.batch(4), reply(8, {}, 1), 4);
    traffic.told(traffic.batch(2), reply(3, {}, 0), 2);
    expect(traffic.lanes(new Map([[1, 2]]))).toEqual([
      { worker: 0, items: 2, busyMs: 3, restarts: 0 },
      { worker: 1, items: 4, busyMs: 8, restarts: 2 },
    ]);
  });

  test('of no batch has no figures', () => {
    expect(new Traffic(() => 0).figures).toEqual({});
  });
});
