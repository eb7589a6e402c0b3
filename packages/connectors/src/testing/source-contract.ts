import type { Pull, Source } from '@millrace/core';
import { type ContractCheck, mustEqual, mustHold, mustReject, within } from './contract-check.js';
import { nothingLeft, type OpenHandles } from './handles.js';

/** What a source is tested on. Functions that make a source may prepare what it reads; each call gets a source of its own. */
export interface SourceContractCase<T> {
  /** In front of the checks' names: `csv.read`. */
  readonly name: string;
  /** A source of exactly the `expected` items, in their order. At least two. */
  readonly source: () => Source<T> | Promise<Source<T>>;
  /** At least two items; compared deeply, as `isDeepStrictEqual` of `node:util` does. */
  readonly expected: readonly T[];
  /** A source of malformed input. */
  readonly corrupt?: {
    /** A new one for the check. */
    readonly source: () => Source<T> | Promise<Source<T>>;
    /** The items before the fault, all of which must come. */
    readonly before: readonly T[];
    /** What the `origin` of its error must be, as `orders.csv:17:9`. */
    readonly origin: string | RegExp;
  };
  /** A source that cannot be opened: its check and its first pull reject. */
  readonly missing?: () => Source<T> | Promise<Source<T>>;
  /** A source that brings the items of `before`, then waits for more that never come. */
  readonly waiting?: {
    /** A new one for the check. */
    readonly source: () => Source<T> | Promise<Source<T>>;
    /** May be empty: it waits with its first pull. */
    readonly before: readonly T[];
    /** Called when the check has ended: lets go what made the source wait. */
    readonly release?: () => void | Promise<void>;
  };
  /** A source of far more than it should take ahead of its reader. */
  readonly long?: {
    /** A new one for the check. */
    readonly source: () => Source<T> | Promise<Source<T>>;
    /** How much it has taken by now, in any unit: items, bytes, requests. */
    readonly taken: () => number | Promise<number>;
    /** As much as it may take when one pull has been read and nobody asks for another. */
    readonly atMost: number;
  };
  /** What this source's kind holds open at the moment: files, connections, timers. */
  readonly openHandles?: OpenHandles;
  /** Time in which each step must settle, in ms. Default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * What every source must do, as checks for any test runner. A part of the case that is absent leaves out the checks that need it.
 *
 * @returns checks that have not been run; each rejects with a `ContractError`, or with the error of the source, where that does not hold
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { sourceContract } from '@millrace/connectors/testing';
 * import type { Source } from '@millrace/core';
 *
 * const countdown = (from: number): Source<number> => ({
 *   name: 'countdown',
 *   maxPull: 1,
 *   check: async () => {
 *     if (from < 1) throw new Error('a countdown begins above zero');
 *   },
 *   async *open({ signal }) {
 *     if (from < 1) throw new Error('a countdown begins above zero');
 *     for (let left = from; left > 0; left--) {
 *       signal.throwIfAborted();
 *       yield { items: [left] };
 *     }
 *   },
 * });
 *
 * const checks = sourceContract({
 *   name: 'countdown',
 *   source: () => countdown(3),
 *   expected: [3, 2, 1],
 *   missing: () => countdown(0),
 * });
 * for (const { name, run } of checks) test(name, run);
 * ```
 */
export function sourceContract<T>(contract: SourceContractCase<T>): readonly ContractCheck[] {
  return new SourceChecks(contract).all();
}

type Opened<T> = AsyncIterator<Pull<T>>;

class SourceChecks<T> {
  readonly #case: SourceContractCase<T>;
  readonly #timeoutMs: number;
  readonly #opened: Opened<T>[] = [];

  constructor(contract: SourceContractCase<T>) {
    this.#case = contract;
    this.#timeoutMs = contract.timeoutMs ?? 10_000;
  }

  all(): ContractCheck[] {
    const { name, missing, corrupt, waiting, long } = this.#case;
    const checks: [what: string, run: () => Promise<void>][] = [
      ['its check passes where it can be read', () => this.#checkPasses()],
      ['the expected items come in order, in pulls that are neither empty nor too large', () => this.#readsAll()],
      ['an origin is a text', () => this.#originsAreTexts()],
      ['two openings read independently', () => this.#openingsAreIndependent()],
      ['return() before the first pull ends it', () => this.#returnsUnread()],
      ['return() between pulls ends it and releases what it holds', () => this.#returnsMidway()],
      ['an abort before the opening ends the first pull with its reason', () => this.#abortedBefore()],
      ['an abort between pulls ends one of the next with its reason, or the reading', () => this.#abortedBetween()],
    ];
    if (missing)
      checks.push(['its check fails, and so does its opening, where it cannot be read', () => this.#isMissing(missing)]);
    if (corrupt) checks.push(['bad input is an error with its place, after the items before it', () => this.#isCorrupt(corrupt)]);
    if (waiting) checks.push(['an abort ends a pending pull at once', () => this.#abortsPending(waiting)]);
    if (long) checks.push(['it takes no more than it may while nobody reads', () => this.#isHeldBack(long)]);
    return checks.map(([what, run]) => ({ name: `${name}: ${what}`, run: () => this.#leavingNothing(run) }));
  }

  async #leavingNothing(run: () => Promise<void>): Promise<void> {
    const { openHandles } = this.#case;
    const before = (await openHandles?.()) ?? 0;
    this.#opened.length = 0;
    try {
      await run();
    } catch (error) {
      // The check did not come to its end: what it has opened is not to hold up the test runner.
      for (const iterator of this.#opened) iterator.return?.().catch(() => {});
      throw error;
    }
    await nothingLeft(openHandles, before, 'after the check');
  }

  #open(source: Source<T>, signal = context().signal): Opened<T> {
    const iterator = source.open({ signal })[Symbol.asyncIterator]();
    this.#opened.push(iterator);
    return iterator;
  }

  async #checkPasses(): Promise<void> {
    const source = await this.#case.source();
    await this.#in('check', Promise.resolve(source.check?.(context())));
  }

  async #readsAll(): Promise<void> {
    const source = await this.#case.source();
    const { items, pulls } = await this.#read(source);
    mustEqual('the items', items, this.#case.expected);
    for (const length of pulls) {
      mustHold(length > 0, 'a pull is empty: a source waits until it has an item');
      const { maxPull } = source;
      mustHold(maxPull === undefined || length <= maxPull, `a pull has ${length} items, more than its maxPull of ${maxPull}`);
    }
  }

  async #originsAreTexts(): Promise<void> {
    const iterator = this.#open(await this.#case.source());
    const pull = (await this.#pull(iterator)).value;
    const origin = pull?.origin?.(0);
    await this.#in('return()', Promise.resolve(iterator.return?.()));
    if (pull?.origin !== undefined)
      mustHold(typeof origin === 'string' && origin !== '', 'the origin of the first item is no text');
  }

  async #openingsAreIndependent(): Promise<void> {
    const source = await this.#case.source();
    const first = this.#open(source);
    const begun = await this.#pull(first);
    mustEqual('the items of a second opening, while another is read', (await this.#read(source)).items, this.#case.expected);
    const items = begun.done ? [] : [...begun.value.items];
    for (let pull = await this.#pull(first); !pull.done; pull = await this.#pull(first)) items.push(...pull.value.items);
    mustEqual('the items of the first opening', items, this.#case.expected);
  }

  async #returnsUnread(): Promise<void> {
    const iterator = this.#open(await this.#case.source());
    await this.#in('return()', Promise.resolve(iterator.return?.()));
    mustEqual('done, when it is pulled after return()', (await this.#pull(iterator)).done, true);
  }

  async #returnsMidway(): Promise<void> {
    const { openHandles } = this.#case;
    const before = (await openHandles?.()) ?? 0;
    const iterator = this.#open(await this.#case.source());
    await this.#pull(iterator);
    await this.#in('return()', Promise.resolve(iterator.return?.()));
    mustEqual('done, when it is pulled after return()', (await this.#pull(iterator)).done, true);
    await nothingLeft(openHandles, before, 'after return()');
  }

  async #abortedBefore(): Promise<void> {
    const reason = new Error('aborted before the opening');
    const source = await this.#case.source();
    const error = await mustReject('the first pull', this.#firstPull(source, AbortSignal.abort(reason)));
    mustEqual('the error of the first pull is the reason of the abort', error === reason, true);
  }

  async #abortedBetween(): Promise<void> {
    const reason = new Error('aborted between pulls');
    const controller = new AbortController();
    const iterator = this.#open(await this.#case.source(), controller.signal);
    await this.#pull(iterator);
    controller.abort(reason);
    try {
      while (!(await this.#pull(iterator)).done);
    } catch (error) {
      if (error !== reason) throw error;
    }
    mustEqual('done, when it is pulled after the abort', (await this.#pull(iterator)).done, true);
  }

  async #isMissing(missing: NonNullable<SourceContractCase<T>['missing']>): Promise<void> {
    const source = await missing();
    if (source.check) {
      const error = await mustReject('check', this.#in('check', Promise.resolve(source.check(context()))));
      mustHold(error instanceof Error && error.message !== '', 'check rejects with no Error that has a message');
    }
    const error = await mustReject('the first pull', this.#firstPull(source, context().signal));
    mustHold(error instanceof Error && error.message !== '', 'the first pull rejects with no Error that has a message');
  }

  async #isCorrupt({ source, before, origin }: NonNullable<SourceContractCase<T>['corrupt']>): Promise<void> {
    const iterator = this.#open(await source());
    const items: T[] = [];
    const error = await mustReject(
      'reading bad input',
      (async () => {
        for (let pull = await this.#pull(iterator); !pull.done; pull = await this.#pull(iterator))
          items.push(...pull.value.items);
      })(),
    );
    mustEqual('the items before the fault', items, before);
    const place = typeof error === 'object' && error !== null && 'origin' in error ? error.origin : undefined;
    const fits = typeof place === 'string' && (typeof origin === 'string' ? place === origin : origin.test(place));
    mustHold(fits, `the origin of the error: expected ${String(origin)}, got ${String(place)} (the error is ${String(error)})`);
    mustEqual('done, when it is pulled after the error', (await this.#pull(iterator)).done, true);
  }

  async #abortsPending({ source, before, release }: NonNullable<SourceContractCase<T>['waiting']>): Promise<void> {
    const reason = new Error('aborted while a pull was pending');
    const controller = new AbortController();
    try {
      const iterator = this.#open(await source(), controller.signal);
      const items: T[] = [];
      while (items.length < before.length) {
        const pull = await this.#pull(iterator);
        mustHold(!pull.done, `it ended after ${items.length} items, where it should wait`);
        items.push(...pull.value.items);
      }
      mustEqual('the items before it waits', items, before);
      const rejected = mustReject('the pending pull', this.#pull(iterator));
      // It is to be pending in the depth of the system, not in a promise on the way there.
      await someTurns();
      controller.abort(reason);
      const error = await rejected;
      mustEqual('the error of the pending pull is the reason of the abort', error === reason, true);
    } finally {
      controller.abort(reason);
      await release?.();
    }
  }

  async #isHeldBack({ source, taken, atMost }: NonNullable<SourceContractCase<T>['long']>): Promise<void> {
    const iterator = this.#open(await source());
    await this.#pull(iterator);
    await someTurns();
    const amount = await taken();
    await this.#in('return()', Promise.resolve(iterator.return?.()));
    mustHold(amount > 0, 'nothing was taken, though a pull was read: "taken" does not measure this source');
    mustHold(amount <= atMost, `${amount} were taken for one pull that was read, which is more than ${atMost}`);
  }

  async #read(source: Source<T>): Promise<{ readonly items: T[]; readonly pulls: number[] }> {
    const iterator = this.#open(source);
    const items: T[] = [];
    const pulls: number[] = [];
    for (let pull = await this.#pull(iterator); !pull.done; pull = await this.#pull(iterator)) {
      items.push(...pull.value.items);
      pulls.push(pull.value.items.length);
    }
    return { items, pulls };
  }

  async #firstPull(source: Source<T>, signal: AbortSignal): Promise<void> {
    const iterator = this.#open(source, signal);
    await this.#pull(iterator);
    await this.#in('return()', Promise.resolve(iterator.return?.()));
  }

  #pull(iterator: Opened<T>): Promise<IteratorResult<Pull<T>>> {
    return this.#in('a pull', iterator.next());
  }

  #in<Result>(what: string, promise: Promise<Result>): Promise<Result> {
    return within(this.#timeoutMs, what, promise);
  }
}

function context(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

/** Time for a source to do what it does unasked. The longer, the stricter; nothing fails for the time itself. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
}
