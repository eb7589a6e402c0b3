// What fixtures share that lanes load, too: it must not lead to what runs pipelines, which is most of what there is to load.
import type { Sink } from '@millrace/core';

/** The next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

export const never = (): Promise<never> => new Promise<never>(() => {});

/** Waits until something holds; the limit of the test bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A promise to be settled by hand. */
export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export type SinkCall = 'open' | 'write' | 'commit' | 'abort';

/** A sink that keeps what it gets and how it was called; `before` may wait or throw. */
export function memorySink<T>(before: (call: SinkCall, items: readonly T[]) => unknown = () => undefined) {
  const items: T[] = [];
  const calls: SinkCall[] = [];
  const reasons: unknown[] = [];
  let active = 0;
  let overlaps = 0;
  const follow = async (call: SinkCall, batch: readonly T[]): Promise<void> => {
    calls.push(call);
    active += 1;
    if (active > 1) overlaps += 1;
    try {
      await before(call, batch);
    } finally {
      active -= 1;
    }
  };
  const sink: Sink<T> = {
    name: 'memory',
    open: async () => {
      await follow('open', []);
      return {
        write: async (batch) => {
          await follow('write', batch);
          items.push(...batch);
        },
        commit: () => follow('commit', []),
        abort: async (reason) => {
          reasons.push(reason);
          await follow('abort', []);
        },
      };
    },
  };
  return {
    sink,
    items,
    reasons,
    /** How often it was called so. */
    count: (call: SinkCall): number => calls.filter((made) => made === call).length,
    get overlaps(): number {
      return overlaps;
    },
  };
}
