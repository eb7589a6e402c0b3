import { isMainThread } from 'node:worker_threads';
import { BlockedMainError } from '../errors.js';
import { onAbort } from '../wire/abort.js';
import { literalOf } from '../wire/told.js';

/** Limits of a wait that blocks. */
export interface BlockingOptions {
  /** Longest wait, in ms, fractions allowed; 0: only if it can be had at once. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/** Limits of a wait that is awaited. */
export interface WaitOptions extends BlockingOptions {
  /** Gives the wait up: it rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a thread waits: until the word is no longer `seen`, or somebody notifies it. */
export interface Parking {
  readonly cells: Int32Array;
  readonly index: number;
  readonly seen: number;
  /** The wait has no limit here, since what was waited for must be given back first. */
  readonly patient?: boolean;
}

/**
 * What a primitive does while somebody waits, written once for those that block and those that await: it parks wherever it has to, and
 * is told on return whether its time is over. It looks at its state anew after each parking, for whatever reason that came to an end. An abort is
 * thrown into it, as if by the parking.
 */
export type Steps<T> = Generator<Parking, T, boolean>;

/**
 * Ms between two looks at the state while nobody notifies. A wake-up that is lost with the thread it was meant for, and a death, which notifies
 * nobody, are found by these looks.
 */
const LOOK_EVERY_MS = 100;

/** @throws BlockedMainError on the main thread */
export function block<T>(what: string, awaitable: string, steps: Steps<T>, options?: BlockingOptions): T {
  if (isMainThread) {
    throw new BlockedMainError(
      `${what} blocks, and the main thread must not: it would see neither signals nor the death of a worker; await ${awaitable} there`,
    );
  }
  const deadline = deadlineOf(options, blockingLimits);
  let step = steps.next(false);
  while (!step.done) {
    const { cells, index, seen, patient = false }: Parking = step.value;
    const left = patient ? LOOK_EVERY_MS : deadline - performance.now();
    if (left > 0) Atomics.wait(cells, index, seen, Math.min(left, LOOK_EVERY_MS));
    step = steps.next(!patient && left <= 0);
  }
  return step.value;
}

export async function settle<T>(steps: Steps<T>, options?: WaitOptions): Promise<T> {
  const deadline = deadlineOf(options);
  const signal = options?.signal;
  signal?.throwIfAborted();
  let step = steps.next(false);
  if (step.done) return step.value;
  const letSleep = stayAwake();
  const abort = signal && new Abort(signal);
  try {
    while (!step.done) {
      const parking: Parking = step.value;
      const { patient = false } = parking;
      const left = patient ? LOOK_EVERY_MS : deadline - performance.now();
      // An abort during a patient parking is told at the next one that is not.
      if (left > 0 && (patient || !abort?.isNew))
        await parked(parking, Math.min(left, LOOK_EVERY_MS), patient ? undefined : abort);
      step = !patient && abort?.isNew ? steps.throw(abort.tell()) : steps.next(!patient && left <= 0);
    }
    return step.value;
  } finally {
    abort?.forget();
    letSleep();
  }
}

const blockingLimits: readonly string[] = ['timeoutMs'] satisfies (keyof BlockingOptions)[];
const waitLimits: readonly string[] = ['timeoutMs', 'signal'] satisfies (keyof WaitOptions)[];

function deadlineOf(options: WaitOptions | undefined, limits = waitLimits): number {
  assertLimits(options, limits);
  const timeoutMs = options?.timeoutMs;
  return timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
}

/**
 * A limit by a wrong name would be none, and the wait one for ever.
 *
 * @throws RangeError when it is no time to wait for; TypeError for what is no limit
 */
export function assertLimits(options: WaitOptions | undefined, limits = waitLimits): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`the limits of a wait are an object, as { timeoutMs: 100 }, got ${literalOf(options)}`);
  }
  for (const name in options) if (!limits.includes(name)) throw new TypeError(refusalOf(name, limits));
  const { timeoutMs, signal } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    throw new RangeError(`timeoutMs must be a number of ms, 0 or more, got ${literalOf(timeoutMs)}; leave it out for no limit`);
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, got ${literalOf(signal)}`);
  }
}

function refusalOf(name: string, limits: readonly string[]): string {
  if (waitLimits.includes(name))
    return `a wait that blocks its thread hears no ${name}: await the form without Sync, or give it timeoutMs`;
  return `a wait has no limit "${name}"; it takes ${limits.join(' and ')}`;
}

/** An abort counts once: the steps that it is thrown into may have something to put in order, for which they park again. */
class Abort {
  readonly #signal: AbortSignal;
  #told = false;
  /** Ends the parking at hand. */
  wake: () => void = () => {};
  /** It is listened to no more. */
  readonly forget: () => void;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.forget = onAbort(signal, () => this.wake());
  }

  get isAborted(): boolean {
    return this.#signal.aborted;
  }

  get isNew(): boolean {
    return !this.#told && this.isAborted;
  }

  tell(): unknown {
    this.#told = true;
    return this.#signal.reason;
  }
}

async function parked({ cells, index, seen }: Parking, ms: number, abort: Abort | undefined): Promise<void> {
  const wait = Atomics.waitAsync(cells, index, seen, ms);
  if (!wait.async) return;
  if (abort === undefined) {
    await wait.value;
    return;
  }
  await new Promise<void>((resolve) => {
    abort.wake = resolve;
    void wait.value.then((how) => {
      // The waiter of an aborted wait stays on the list until its look is due: what wakes it is meant for another.
      if (how === 'ok' && abort.isAborted) Atomics.notify(cells, index, 1);
      resolve();
    });
  });
}

let awake = 0;
let keepAlive: NodeJS.Timeout | undefined;

/** A waiter of `Atomics.waitAsync` does not keep its thread alive, which would end with its promises pending (exit code 13). */
function stayAwake(): () => void {
  awake++;
  keepAlive ??= setInterval(() => {}, 2 ** 30);
  return () => {
    if (--awake > 0) return;
    clearInterval(keepAlive);
    keepAlive = undefined;
  };
}
