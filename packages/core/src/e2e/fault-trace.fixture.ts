import type { DeadLetter, Sink } from '@millrace/core';

export interface SinkSpec {
  readonly capacity: number;
  readonly items: number;
  readonly concurrency: number;
  readonly onError: 'fail' | 'skip' | 'deadLetter';
  readonly attempts: number;
  /** Turns of the event loop that a write takes. */
  readonly turns: number;
  /** Rows that it will not have: those of source items whose number leaves `at`; `named` by their index or not. */
  readonly refuses?: { readonly every: number; readonly at: number; readonly named: boolean } | undefined;
  /** The write that throws, from 1; only where it fails the run or is repeated, so that no row is rejected by chance. */
  readonly breaksAt?: number | undefined;
}

/** What one run was seen to do on the main thread. */
export class Trace {
  readonly delivered: string[] = [];
  readonly letters: DeadLetter[] = [];
  /** Items whose write told another position than theirs, as text. */
  readonly misplaced: string[] = [];
  readonly calls = { open: 0, write: 0, commit: 0, abort: 0 };
  readonly letterCalls = { open: 0, write: 0, commit: 0, abort: 0 };
  /** Signals of tasks that have begun and not ended. */
  readonly inFlight = new Set<AbortSignal>();
  /** Of a connector. */
  source: { returned: number; over: boolean } | undefined;
  /** Whether the source, which never ends by itself, waits. */
  waits = false;

  waitForEver(signal?: AbortSignal): Promise<void> {
    this.waits = true;
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** Of the run that was started last; what an earlier one still does goes to a trace that nobody looks at. */
export const tracing = { current: new Trace() };

export const rootOf = (item: string): number => Number.parseInt(item, 10);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All or nothing, as a transaction is: keeps a write unless it breaks or one of its rows is refused. */
export function sinkOf({ turns, refuses, breaksAt }: SinkSpec): Sink<string> {
  return {
    name: 'sunk',
    open: async () => {
      const { current: trace } = tracing;
      trace.calls.open += 1;
      return {
        write: async (items, context) => {
          trace.calls.write += 1;
          const call = trace.calls.write;
          for (let i = 0; i < turns; i += 1) await turn();
          if (call === breaksAt) throw new RangeError('the write breaks');
          const index = refuses === undefined ? -1 : items.findIndex((item) => rootOf(item) % refuses.every === refuses.at);
          if (index >= 0) throw Object.assign(new RangeError(`refused: ${items[index]}`), refuses?.named ? { index } : {});
          items.forEach((item, i) => {
            const position = context.positions?.[i];
            // Of a batch it is the lowest of its items'.
            if (position !== undefined && position > rootOf(item)) trace.misplaced.push(`${item} at ${position}`);
          });
          trace.delivered.push(...items);
        },
        commit: async () => {
          trace.calls.commit += 1;
        },
        abort: async () => {
          trace.calls.abort += 1;
        },
      };
    },
  };
}

export function lettersOf(breaks: boolean): Sink<DeadLetter> {
  return {
    name: 'letters',
    open: async () => {
      const { current: trace } = tracing;
      trace.letterCalls.open += 1;
      return {
        write: async (letters) => {
          trace.letterCalls.write += 1;
          await turn();
          if (breaks) throw new RangeError('the letters break');
          trace.letters.push(...letters);
        },
        commit: async () => {
          trace.letterCalls.commit += 1;
        },
        abort: async () => {
          trace.letterCalls.abort += 1;
        },
      };
    },
  };
}
