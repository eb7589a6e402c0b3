import { describe, expect, test } from '@jest/globals';
import { Event } from '@millrace/workers';
import type { Actors } from './primitives.fixture.js';

export function describeEvent({ name, actors: [a, b, c], isMain }: Actors): void {
  describe(`Event, ${name}`, () => {
    test('is not set at first, and set and cleared any number of times', async () => {
      const event = new Event();
      expect(event.isSet).toBe(false);
      for (let i = 0; i < 2; i++) {
        await a.act(event, 'set');
        await a.act(event, 'set');
        expect(event.isSet).toBe(true);
        await b.act(event, 'clear');
        await b.act(event, 'clear');
        expect(event.isSet).toBe(false);
      }
    });

    test('lets all go that wait, and those that come while it is set', async () => {
      const event = new Event();
      const waits = [a, b, c].map((actor) => actor.act(event, 'wait'));
      event.set();
      expect(await Promise.all(waits)).toEqual([true, true, true]);
      expect(await a.act(event, 'wait', { timeoutMs: 0 })).toBe(true);
    });

    test('gives false when the time is over', async () => {
      const event = new Event();
      expect(await a.act(event, 'wait', { timeoutMs: 0 })).toBe(false);
      expect(await a.act(event, 'wait', { timeoutMs: 15 })).toBe(false);
    });
  });

  if (!isMain) return;
  describe('Event on the main thread', () => {
    test('lets those go that waited when it is set and cleared in one instant', async () => {
      const event = new Event();
      const waits = [event.wait(), event.wait()];
      event.set();
      event.clear();
      expect(await Promise.all(waits)).toEqual([true, true]);
      expect(event.isSet).toBe(false);
      expect(await event.wait({ timeoutMs: 0 })).toBe(false);
    });

    test('an abort ends a wait with its reason', async () => {
      const event = new Event();
      const aborter = new AbortController();
      const wait = event.wait({ signal: aborter.signal });
      aborter.abort('enough');
      await expect(wait).rejects.toBe('enough');
    });
  });
}
