import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualTimers } from '../../timers.fixture.js';
import { type Claim, Permits } from './permits.js';

/** One that wants to start something whenever it may, and writes down when it did. */
class Starter {
  readonly starts: number[] = [];
  wanted = 0;
  readonly #timers: ManualTimers;
  readonly #claim: Claim;

  constructor(permits: Permits, timers: ManualTimers, all: number[]) {
    this.#timers = timers;
    this.#claim = permits.claim(() => this.go());
    this.#all = all;
  }
  readonly #all: number[];

  want(count: number): void {
    this.wanted += count;
    this.go();
  }

  go(): void {
    while (this.wanted > 0 && this.#claim.take()) {
      this.wanted -= 1;
      this.starts.push(this.#timers.now());
      this.#all.push(this.#timers.now());
    }
    this.#claim.giveBack();
  }

  leave(): void {
    this.#claim.leave();
  }
}

/** When starts that are asked for at these times happen at best. */
function earliest(asked: readonly number[], limit: number, perMs: number): number[] {
  const starts: number[] = [];
  for (const at of asked) {
    const freed = starts.length < limit ? at : starts[starts.length - limit]! + perMs;
    starts.push(Math.max(at, freed, starts.at(-1) ?? 0));
  }
  return starts;
}

const limits = { limit: fc.integer({ min: 1, max: 12 }), perMs: fc.integer({ min: 1, max: 100 }) };
const wishes = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 60 }), who: fc.nat(2), count: fc.integer({ min: 1, max: 15 }) }),
  {
    maxLength: 40,
  },
);

describe('permits', () => {
  test('S10 S11 no window of perMs holds more starts than the limit, and none is later than needed', () => {
    fc.assert(
      fc.property(limits.limit, limits.perMs, wishes, (limit, perMs, script) => {
        const timers = new ManualTimers();
        const permits = new Permits({ limit, perMs }, timers);
        const starts: number[] = [];
        const starters = [0, 1, 2].map(() => new Starter(permits, timers, starts));
        const asked: number[] = [];
        for (const { after, who, count } of script) {
          timers.elapse(after);
          for (let i = 0; i < count; i += 1) asked.push(timers.now());
          starters[who]!.want(count);
        }
        timers.elapse(perMs * (asked.length + 1));
        expect(starts).toEqual(earliest(asked, limit, perMs));
        for (let i = limit; i < starts.length; i += 1) expect(starts[i]! - starts[i - limit]!).toBeGreaterThanOrEqual(perMs);
        expect(timers.waiting).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('S11 who waits is waited for by one timer, and by none when nobody does', () => {
    const timers = new ManualTimers();
    const permits = new Permits({ limit: 1, perMs: 10 }, timers);
    const starters = [0, 1, 2].map(() => new Starter(permits, timers, []));
    for (const starter of starters) starter.want(3);
    expect(timers.waiting).toBe(1);
    for (const starter of starters) starter.leave();
    expect(timers.waiting).toBe(0);
    expect(permits.idle).toBe(false);
    timers.elapse(10);
    expect(permits.idle).toBe(true);
  });

  test('S13 permits that come free are dealt out in turns, whoever asks the most', () => {
    const timers = new ManualTimers();
    const permits = new Permits({ limit: 6, perMs: 10 }, timers);
    const starters = [0, 1, 2].map(() => new Starter(permits, timers, []));
    starters[0]!.want(100);
    starters[1]!.want(100);
    starters[2]!.want(1);
    timers.elapse(30);
    // At first six for the only one that asked; then two for each, one of which comes back and goes to the first that waits; then halves.
    expect(starters.map(({ starts }) => starts.length)).toEqual([6 + 3 + 3 + 3, 2 + 3 + 3, 1]);
  });

  test('S13 with one permit at a time those that wait alternate', () => {
    const timers = new ManualTimers();
    const permits = new Permits({ limit: 1, perMs: 10 }, timers);
    const starters = [0, 1, 2].map(() => new Starter(permits, timers, []));
    for (const starter of starters) starter.want(10);
    timers.elapse(80);
    // The first start found a permit that nobody waited for.
    expect(starters.map(({ starts }) => starts.length)).toEqual([1 + 3, 3, 2]);
  });

  test('who has no claim takes none from those that wait', () => {
    const timers = new ManualTimers();
    const permits = new Permits({ limit: 2, perMs: 10 }, timers);
    expect([permits.take(), permits.take(), permits.take()]).toEqual([true, true, false]);
    const granted: string[] = [];
    const claim = permits.claim(() => granted.push('granted'));
    expect(claim.take()).toBe(false);
    timers.elapse(10);
    expect(granted).toEqual(['granted']);
    expect(permits.take()).toBe(false);
    expect(claim.take()).toBe(true);
    claim.giveBack();
    expect(permits.take()).toBe(true);
  });

  test('a timer that fires early does not start anything early', () => {
    let now = 0;
    const calls: { ms: number; then: () => void }[] = [];
    const timers = {
      now: () => now,
      after: (ms: number, then: () => void) => {
        calls.push({ ms, then });
        return () => undefined;
      },
    };
    const permits = new Permits({ limit: 1, perMs: 10 }, timers);
    expect(permits.take()).toBe(true);
    let granted = 0;
    const claim = permits.claim(() => {
      granted += 1;
    });
    expect(claim.take()).toBe(false);
    now = 9.4;
    calls[0]!.then();
    expect([granted, calls.length]).toEqual([0, 2]);
    now = 10;
    calls[1]!.then();
    expect(granted).toBe(1);
  });
});
