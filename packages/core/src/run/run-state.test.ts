import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Happening, type Outcome, type RunState, transition } from './run-state.js';

const error = new Error('broken');
const reason = 'enough';
const states: Record<string, RunState> = {
  starting: { kind: 'starting' },
  running: { kind: 'running' },
  draining: { kind: 'draining' },
  ending: { kind: 'ending', outcome: { kind: 'completed' } },
  ended: { kind: 'ended', outcome: { kind: 'drained' } },
};
const happenings: Record<Happening['kind'], Happening> = {
  started: { kind: 'started' },
  drainAsked: { kind: 'drainAsked' },
  delivered: { kind: 'delivered' },
  failed: { kind: 'failed', error },
  cancelled: { kind: 'cancelled', reason },
  released: { kind: 'released' },
};
const ending = (outcome: Outcome): RunState => ({ kind: 'ending', outcome });
const failed = ending({ kind: 'failed', error });
const cancelled = ending({ kind: 'cancelled', reason });

/** What changes the state; whatever is not listed does not. */
const changes: Record<string, Partial<Record<Happening['kind'], RunState>>> = {
  starting: {
    started: { kind: 'running' },
    drainAsked: { kind: 'draining' },
    delivered: ending({ kind: 'completed' }),
    failed,
    cancelled,
  },
  running: { drainAsked: { kind: 'draining' }, delivered: ending({ kind: 'completed' }), failed, cancelled },
  draining: { delivered: ending({ kind: 'drained' }), failed, cancelled },
  ending: { released: { kind: 'ended', outcome: { kind: 'completed' } } },
  ended: {},
};

const everyPair = Object.keys(states).flatMap((state) => Object.keys(happenings).map((happening) => [state, happening] as const));

describe('transition', () => {
  test.each(everyPair)('%s, %s', (from, kind) => {
    const state = states[from]!;
    const next = transition(state, happenings[kind as Happening['kind']]);
    const change = changes[from]![kind as Happening['kind']];
    if (change === undefined) expect(next).toBe(state);
    else expect(next).toEqual(change);
  });

  test('E1 the first terminal happening wins, and only a release comes after it', () => {
    const terminal = new Set(['delivered', 'failed', 'cancelled']);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(happenings)), { maxLength: 20 }), (script) => {
        let state: RunState = { kind: 'starting' };
        let first: Happening | undefined;
        let drained = false;
        for (const happening of script) {
          if (first === undefined && happening.kind === 'drainAsked') drained = true;
          if (terminal.has(happening.kind)) first ??= happening;
          state = transition(state, happening);
        }
        if (first === undefined) {
          expect(['starting', 'running', 'draining']).toContain(state.kind);
          return;
        }
        expect(['ending', 'ended']).toContain(state.kind);
        const { outcome } = state as Extract<RunState, { kind: 'ending' }>;
        const completed = drained ? 'drained' : 'completed';
        expect(outcome.kind).toBe(first.kind === 'delivered' ? completed : first.kind);
      }),
      { numRuns: 300 },
    );
  });
});
