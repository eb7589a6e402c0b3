/** What `take` gives while the next output is not there yet. Not exported from the package: whatever a task emits is an output. */
export const PENDING: unique symbol = Symbol('pending');
/** What `take` gives after the last output. */
export const OVER: unique symbol = Symbol('over');

/** Many outputs of one item, taken one at a time by the stage when the next stage has room. */
export interface Emission {
  /** The next output, PENDING (`wake` is called when that changes), or OVER. Throws what its maker throws. */
  readonly take: () => unknown;
  /** Outputs that lie here, taken from their maker and not yet by the stage. */
  readonly held: number;
  /** Nobody wants the rest. */
  readonly cancel: () => void;
}
