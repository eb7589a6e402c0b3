import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../declare/dead-letter.js';
import type { Sink } from '../../declare/sink.js';
import { PuppetStage, quiet } from '../stage.fixture.js';
import { DeadLetters } from './dead-letters.js';

const letter = (position: number): DeadLetter => ({
  ...{ pipeline: 'p', stage: 's', position, origin: undefined, attempts: 1, at: '', item: position },
  error: { name: 'Error', message: 'x' },
});

type Call = 'open' | 'write' | 'commit' | 'abort';

/** Dead letters whose sink does as it is told: each call waits while it is held, and throws when it is to. */
function lettersWith(capacity: number, behave: (call: Call) => Promise<void> | undefined = () => undefined) {
  const calls: string[] = [];
  const failures: unknown[] = [];
  const woken: string[] = [];
  let active = 0;
  const follow = async (call: Call, text: string = call): Promise<void> => {
    calls.push(text);
    active += 1;
    if (active > 1) calls.push('overlap');
    try {
      await behave(call);
    } finally {
      active -= 1;
    }
  };
  const sink: Sink<DeadLetter> = {
    name: 'rejects',
    open: async () => {
      await follow('open');
      return {
        write: (items) => follow('write', `write ${items.map(({ item }) => item).join()}`),
        commit: () => follow('commit'),
        abort: () => follow('abort'),
      };
    },
  };
  const letters = new DeadLetters(sink, capacity, {
    wake: ({ name }) => void woken.push(name),
    failed: (error) => void failures.push(error),
  });
  return { letters, calls, failures, woken };
}

function held() {
  let open!: () => void;
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

describe('dead letters', () => {
  test('F18 are written in order, those together that wait, one call at a time', async () => {
    const { letters, calls } = lettersWith(10);
    await letters.open();
    for (const at of [1, 2, 3]) letters.accept(letter(at));
    await quiet();
    letters.accept(letter(4));
    await letters.finish();
    expect(calls).toEqual(['open', 'write 1,2,3', 'write 4', 'commit']);
    expect([letters.written, letters.held]).toEqual([4, 0]);
  });

  test('F17 have room for so many, those in the write included; who found none is woken when there is some', async () => {
    const gate = held();
    const { letters, woken, calls } = lettersWith(2, (call) => (call === 'write' ? gate.wait : undefined));
    await letters.open();
    const stage = new PuppetStage('full');
    expect(letters.hasRoomFor(stage)).toBe(true);
    letters.accept(letter(1));
    letters.accept(letter(2));
    await quiet();
    expect([letters.hasRoomFor(stage), letters.hasRoomFor(stage), letters.held, woken]).toEqual([false, false, 2, []]);
    gate.open();
    await quiet();
    expect([letters.hasRoomFor(stage), woken, calls]).toEqual([true, ['full'], ['open', 'write 1,2']]);
  });

  test('F20 are all written before they are committed, once', async () => {
    const { letters, calls } = lettersWith(10);
    await letters.open();
    letters.accept(letter(1));
    expect(letters.committing).toBe(false);
    const finished = letters.finish();
    expect(letters.finish()).toBe(finished);
    await finished;
    expect([calls, letters.committing]).toEqual([['open', 'write 1', 'commit'], true]);
    await letters.release('over', 1000);
    expect(calls).toEqual(['open', 'write 1', 'commit']);
  });

  test.each(['write', 'commit'] as const)('F22 a %s that fails is told once, and what is there is aborted', async (bad) => {
    const { letters, calls, failures } = lettersWith(10, (call) => (call === bad ? Promise.reject(new Error(bad)) : undefined));
    await letters.open();
    letters.accept(letter(1));
    await quiet();
    letters.accept(letter(2));
    await expect(letters.finish()).rejects.toThrow();
    expect(failures).toEqual([new Error(bad)]);
    await letters.release('over', 1000);
    expect(calls.filter((call) => call === 'abort')).toHaveLength(1);
    expect(calls.at(-1)).toBe('abort');
  });

  test('F21 are aborted when the run is over, after the call that is under way; what waits is not written', async () => {
    const gate = held();
    const { letters, calls, failures } = lettersWith(10, (call) => (call === 'write' ? gate.wait : undefined));
    await letters.open();
    letters.accept(letter(1));
    await quiet();
    letters.accept(letter(2));
    const released = letters.release('over', 1000);
    await quiet();
    expect(calls).toEqual(['open', 'write 1']);
    gate.open();
    await released;
    expect(calls).toEqual(['open', 'write 1', 'abort']);
    await expect(letters.finish()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect(failures).toEqual([]);
  });

  test('F21 keep a commit that succeeds while the run is released', async () => {
    const gate = held();
    const { letters, calls } = lettersWith(10, (call) => (call === 'commit' ? gate.wait : undefined));
    await letters.open();
    const finished = letters.finish();
    await quiet();
    const released = letters.release('over', 1000);
    gate.open();
    await Promise.all([finished, released]);
    expect(calls).toEqual(['open', 'commit']);
  });

  test('a sink that opens when the run is over is aborted', async () => {
    const gate = held();
    const { letters, calls } = lettersWith(10, (call) => (call === 'open' ? gate.wait : undefined));
    const opening = letters.open();
    await letters.release('over', 1000);
    gate.open();
    await opening;
    expect(calls).toEqual(['open', 'abort']);
  });

  test('a sink that opens to no writer is refused by its name', async () => {
    const sink = { name: 'rejects', open: async () => ({}) } as unknown as Sink<DeadLetter>;
    const letters = new DeadLetters(sink, 1, { wake: () => undefined, failed: () => undefined });
    await expect(letters.open()).rejects.toMatchObject({ code: 'ERR_PLAN', message: expect.stringContaining('rejects') });
  });
});
