import { describe, expect, test } from '@jest/globals';
import { Observable, range, Subject } from 'rxjs';
import { type BridgeOptions, ObservableBridge } from './observable-bridge.js';
import { END } from './sentinels.js';

const { signal } = new AbortController();
const options: BridgeOptions = { overflow: 'dropNewest', capacity: 4, atOnce: 3, signal };

describe('a bridge from an Observable', () => {
  test('Q14 gives what has come, so many at a time, and waits while nothing has', async () => {
    const subject = new Subject<number>();
    const bridge = new ObservableBridge(subject, options);
    const waiting = bridge.next();
    subject.next(1);
    expect(await waiting).toEqual({ done: false, value: { items: [1] } });
    for (let i = 2; i < 6; i += 1) subject.next(i);
    expect(bridge.length).toBe(4);
    expect(await bridge.next()).toEqual({ done: false, value: { items: [2, 3, 4] } });
    expect(await bridge.next()).toEqual({ done: false, value: { items: [5] } });
    subject.complete();
    expect(await bridge.next()).toEqual({ done: true, value: undefined });
    expect(await bridge.next()).toEqual({ done: true, value: undefined });
    expect(bridge.dropped).toBe(0);
  });

  test('Q14 what has come is given before the end', async () => {
    const bridge = new ObservableBridge(range(0, 3), options);
    expect(await bridge.next()).toEqual({ done: false, value: { items: [0, 1, 2] } });
    expect((await bridge.next()).done).toBe(true);
  });

  test('Q6 an error overtakes what waits, which then counts as dropped', async () => {
    const subject = new Subject<number>();
    const bridge = new ObservableBridge(subject, options);
    subject.next(1);
    subject.error(new Error('broken'));
    await expect(bridge.next()).rejects.toThrow('broken');
    expect([bridge.length, bridge.dropped]).toEqual([0, 1]);
  });

  test('Q14 who leaves it, or its signal, ends a next that waits, and unsubscribes it once', async () => {
    for (const leave of ['return', 'abort'] as const) {
      let unsubscribed = 0;
      const observable = new Observable<number>((subscriber) => {
        subscriber.next(1);
        return () => {
          unsubscribed += 1;
        };
      });
      const controller = new AbortController();
      const bridge = new ObservableBridge(observable, { ...options, signal: controller.signal });
      expect((await bridge.next()).value).toEqual({ items: [1] });
      const waiting = bridge.next();
      if (leave === 'return') await bridge.return();
      else controller.abort();
      expect((await waiting).done).toBe(true);
      await bridge.return();
      expect(unsubscribed).toBe(1);
    }
  });

  test('Q14 one whose signal has aborted is left at once', async () => {
    const subject = new Subject<number>();
    const bridge = new ObservableBridge(subject, { ...options, signal: AbortSignal.abort() });
    expect(subject.observed).toBe(false);
    expect((await bridge.next()).done).toBe(true);
  });

  test('Q3 a sentinel that is emitted is an error, and not the end', async () => {
    const subject = new Subject<unknown>();
    const bridge = new ObservableBridge(subject, options);
    subject.next(END);
    await expect(bridge.next()).rejects.toThrow(TypeError);
    expect(subject.observed).toBe(false);
  });
});
