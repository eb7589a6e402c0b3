import type { SetupContext } from '../declare/context.js';
import type { StageDeclaration } from '../declare/declaration.js';

/** Resources of one stage so far: how many `setup` has given and `teardown` has taken back. Lanes share its memory. */
export type ResourceTally = Int32Array<SharedArrayBuffer>;

const opened = 0;
const closed = 1;

export function resourceTally(): ResourceTally {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** What the setups of a stage gave. */
export interface ResourceCounts {
  /** Setups that have given a resource, of all workers together. */
  readonly opened: number;
  /** Those whose teardown has come to its end, well or not. */
  readonly closed: number;
  /** The others: their lane died or was ended, or their teardown took too long. */
  readonly abandoned: number;
}

export function countsIn(tally: ResourceTally): ResourceCounts {
  const [given, taken] = [Atomics.load(tally, opened), Atomics.load(tally, closed)];
  return { opened: given, closed: taken, abandoned: given - taken };
}

/** What `setup` has given in one place. */
export interface Resource {
  readonly value: unknown;
  /** Calls `teardown`; to be called once. Rejects with what it throws. */
  readonly close: () => Promise<void>;
}

/** Whether the tasks of a stage have a resource. */
export function hasResource({ options }: StageDeclaration): boolean {
  return 'setup' in options && options.setup !== undefined;
}

/** Calls the `setup` of a stage that has one. Rejects with what it throws. */
export async function openResource(
  { options }: StageDeclaration,
  context: SetupContext,
  tally: ResourceTally | undefined,
): Promise<Resource> {
  const { setup, teardown } = 'setup' in options ? options : {};
  const value = await setup?.(context);
  count(tally, opened);
  return {
    value,
    close: async () => {
      try {
        await teardown?.(value, context);
      } finally {
        count(tally, closed);
      }
    },
  };
}

function count(tally: ResourceTally | undefined, index: number): void {
  if (tally !== undefined) Atomics.add(tally, index, 1);
}
