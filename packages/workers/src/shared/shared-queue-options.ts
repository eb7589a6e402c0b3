import { literalOf } from '../wire/told.js';

/** Options of a `SharedQueue`, the same in all threads: they travel with it. */
export interface SharedQueueOptions {
  /** Items that it holds at most, an integer ≥ 1. */
  readonly capacity: number;
  /** Memory for its items, in bytes, as they lie there: about those of their JSON. Default: 256 for each item, at least 65 536. */
  readonly bytes?: number | undefined;
  /**
   * What becomes of those that wait when a thread dies that has put or got an item and has not left: `error`, the default, is a
   * `PartyDiedError`; `continue` is for threads that take each other's places.
   */
  readonly onDeath?: 'error' | 'continue' | undefined;
}

/** The options with their defaults. */
export interface SharedQueueTerms {
  readonly capacity: number;
  readonly bytes: number;
  readonly onDeath: 'error' | 'continue';
}

/** Memory for each item unless told, in bytes. */
const BYTES_PER_ITEM = 256;

const names: readonly string[] = ['capacity', 'bytes', 'onDeath'] satisfies (keyof SharedQueueOptions)[];

/** @throws RangeError for an option that is wrong; TypeError for one that there is not, and for what is no options */
export function sharedQueueTerms(options: SharedQueueOptions): SharedQueueTerms {
  assertNames(options);
  const { capacity, bytes, onDeath = 'error' } = options;
  const refuse = (name: string, must: string, got: unknown): never => {
    throw new RangeError(`new SharedQueue({ ${name} }): ${name} must be ${must}, got ${literalOf(got)}`);
  };
  if (!Number.isSafeInteger(capacity) || capacity < 1) refuse('capacity', 'an integer, 1 or more', capacity);
  const most = Math.floor((2 ** 31 - 1) / BYTES_PER_ITEM);
  if (bytes === undefined && capacity > most)
    refuse('capacity', `at most ${most} unless bytes says how much memory it has`, capacity);
  const room = bytes ?? Math.max(65_536, BYTES_PER_ITEM * capacity);
  if (!Number.isSafeInteger(room) || room < 16 || room >= 2 ** 31) refuse('bytes', 'an integer from 16 to 2^31 - 1', room);
  if (onDeath !== 'error' && onDeath !== 'continue') refuse('onDeath', "'error' or 'continue'", onDeath);
  return { capacity, bytes: room, onDeath };
}

/** An option by a wrong name would be none. */
function assertNames(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`new SharedQueue(options): options must be an object, as { capacity: 100 }, got ${literalOf(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new TypeError(`new SharedQueue(options): unknown option "${name}"; allowed here: ${names.join(', ')}`);
  }
}
