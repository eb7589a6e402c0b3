import { isDeepStrictEqual } from 'node:util';
import type { Sink, Writer } from '@millrace/core';
import { type ContractCheck, mustEqual, mustHold, mustReject, within } from './contract-check.js';
import { nothingLeft, type OpenHandles } from './handles.js';

/** What a sink is tested on. */
export interface SinkContractCase<T> {
  /** In front of the checks' names: `csv.write`. */
  readonly name: string;
  /** A sink onto the target that `written` reads. */
  readonly sink: () => Sink<T> | Promise<Sink<T>>;
  /** At least three items that can be written. */
  readonly items: readonly T[];
  /** What others see in the target by now, in the order of writing; undefined: nothing is there, not even emptiness. */
  readonly written: () => Promise<readonly unknown[] | undefined>;
  /** Called before each check: empties the target, so that `written` sees nothing. */
  readonly reset: () => void | Promise<void>;
  /** What `written` gives for these items. Default: the items. */
  readonly asWritten?: (items: readonly T[]) => readonly unknown[];
  /** When others see what was written. Default `commit`; `write` for targets that cannot take back: those leave what was written at an abort. */
  readonly visibleAt?: 'commit' | 'write';
  /** An item that cannot be written. */
  readonly bad?: T;
  /** A sink that cannot be opened: its check and its opening reject. */
  readonly unreachable?: () => Sink<T> | Promise<Sink<T>>;
  /** Makes the commit of the writer that is open fail. */
  readonly breakCommit?: () => void | Promise<void>;
  /** What this sink's kind holds open at the moment: files, connections, timers. */
  readonly openHandles?: OpenHandles;
  /** Time in which each step must settle, in ms. Default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * What every sink must do, as checks for any test runner. A part of the case that is absent leaves out the checks that need it.
 *
 * @returns checks that have not been run; each rejects with a `ContractError`, or with the error of the sink, where that does not hold
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { sinkContract } from '@millrace/connectors/testing';
 * import type { Sink } from '@millrace/core';
 *
 * // Keeps what it gets in a list, which others see at the commit.
 * let shelf: readonly number[] | undefined;
 * const shelfSink = (): Sink<number> => ({
 *   name: 'shelf',
 *   open: async ({ signal }) => {
 *     signal.throwIfAborted();
 *     const held: number[] = [];
 *     return {
 *       write: async (items, { signal: writing }) => {
 *         writing.throwIfAborted();
 *         held.push(...items);
 *       },
 *       commit: async () => {
 *         shelf = held;
 *       },
 *       abort: async () => {},
 *     };
 *   },
 * });
 *
 * const checks = sinkContract({
 *   name: 'shelf',
 *   sink: shelfSink,
 *   items: [1, 2, 3],
 *   written: async () => shelf,
 *   reset: () => {
 *     shelf = undefined;
 *   },
 * });
 * for (const { name, run } of checks) test(name, run);
 * ```
 */
export function sinkContract<T>(contract: SinkContractCase<T>): readonly ContractCheck[] {
  return new SinkChecks(contract).all();
}

class SinkChecks<T> {
  readonly #case: SinkContractCase<T>;
  readonly #timeoutMs: number;

  constructor(contract: SinkContractCase<T>) {
    this.#case = contract;
    this.#timeoutMs = contract.timeoutMs ?? 10_000;
  }

  all(): ContractCheck[] {
    const { name, bad, unreachable, breakCommit } = this.#case;
    const checks: [what: string, run: () => Promise<void>][] = [
      ['its check passes where it can be written, and writes nothing', () => this.#checkPasses()],
      ['what was written is there at the commit, all of it and in order', () => this.#writesAll()],
      ['writes at once are there at the commit, each whole and in order', () => this.#writesAtOnce()],
      ['before the commit others see what they should', () => this.#isHiddenBefore()],
      ['a run without items commits', () => this.#commitsNothing()],
      ['an abort leaves nothing, or what was visible before', () => this.#aborts()],
      ['an abort right after the opening leaves nothing', () => this.#abortsUnwritten()],
      ['a signal that has aborted refuses the opening with its reason', () => this.#refusesOpening()],
      ['a signal that has aborted refuses a write with its reason', () => this.#refusesWrite()],
      ['two openings, one after the other, are independent', () => this.#openingsAreIndependent()],
    ];
    if ('bad' in this.#case) {
      checks.push([
        'a write that fails counts as not written, and may be repeated without the bad item',
        () => this.#refusesItem(bad as T),
      ]);
    }
    if (unreachable)
      checks.push([
        'its check fails, and so does its opening, where it cannot be written',
        () => this.#isUnreachable(unreachable),
      ]);
    if (breakCommit)
      checks.push(['a commit that fails rejects, and may be followed by an abort', () => this.#failsCommit(breakCommit)]);
    return checks.map(([what, run]) => ({ name: `${name}: ${what}`, run: () => this.#leavingNothing(run) }));
  }

  async #leavingNothing(run: () => Promise<void>): Promise<void> {
    const { openHandles, reset } = this.#case;
    await reset();
    const before = (await openHandles?.()) ?? 0;
    await run();
    await nothingLeft(openHandles, before, 'after the check');
  }

  async #checkPasses(): Promise<void> {
    const before = await this.#case.written();
    const sink = await this.#case.sink();
    await this.#in('check', Promise.resolve(sink.check?.(context())));
    mustEqual('what is there after the check', await this.#case.written(), before);
  }

  async #writesAll(): Promise<void> {
    const { items } = this.#case;
    const writer = await this.#open();
    await this.#write(writer, items.slice(0, 2));
    await this.#write(writer, []);
    await this.#write(writer, items.slice(2));
    await this.#in('commit', writer.commit());
    await this.#isThere(items);
  }

  /** As with `concurrency`; which of them comes first is left to the sink. */
  async #writesAtOnce(): Promise<void> {
    const { items, written, asWritten = (all) => all } = this.#case;
    const [some, others] = [items.slice(0, 2), items.slice(2)];
    const writer = await this.#open();
    await Promise.all([this.#write(writer, some), this.#write(writer, others)]);
    await this.#in('commit', writer.commit());
    const there = await written();
    const turned = asWritten([...others, ...some]);
    mustEqual('what is there', there, isDeepStrictEqual(there, turned) ? turned : asWritten(items));
  }

  async #isHiddenBefore(): Promise<void> {
    const { items, visibleAt = 'commit' } = this.#case;
    const before = await this.#case.written();
    const writer = await this.#open();
    await this.#write(writer, items);
    if (visibleAt === 'write') await this.#isThere(items);
    else mustEqual('what is there before the commit', await this.#case.written(), before);
    await this.#in('commit', writer.commit());
    await this.#isThere(items);
  }

  async #commitsNothing(): Promise<void> {
    const writer = await this.#open();
    await this.#in('commit', writer.commit());
    mustEqual('what is there after a run without items', (await this.#case.written()) ?? [], []);
  }

  async #aborts(): Promise<void> {
    const { items, visibleAt = 'commit' } = this.#case;
    const before = await this.#case.written();
    const writer = await this.#open();
    await this.#write(writer, items);
    await this.#in('abort', writer.abort(new Error('the run failed')));
    if (visibleAt === 'write') await this.#isThere(items);
    else mustEqual('what is there after an abort', await this.#case.written(), before);
  }

  async #abortsUnwritten(): Promise<void> {
    const before = (await this.#case.written()) ?? [];
    const writer = await this.#open();
    await this.#in('abort', writer.abort(new Error('the run failed')));
    mustEqual('what is there after an abort', (await this.#case.written()) ?? [], before);
  }

  async #refusesOpening(): Promise<void> {
    const reason = new Error('aborted before the opening');
    const sink = await this.#case.sink();
    const opening = this.#opened(sink, AbortSignal.abort(reason)).then((writer) => writer.abort(reason));
    const error = await mustReject('the opening', opening);
    mustEqual('the error of the opening is the reason of the abort', error === reason, true);
  }

  async #refusesWrite(): Promise<void> {
    const reason = new Error('aborted before the write');
    const { items } = this.#case;
    const writer = await this.#open();
    try {
      const write = writer.write(items, { signal: AbortSignal.abort(reason) });
      const error = await mustReject('the write', this.#in('the write', write));
      mustEqual('the error of the write is the reason of the abort', error === reason, true);
    } finally {
      await this.#in('abort', writer.abort(reason));
    }
    mustEqual('what is there after a write that was refused', (await this.#case.written()) ?? [], []);
  }

  async #openingsAreIndependent(): Promise<void> {
    const { items } = this.#case;
    const sink = await this.#case.sink();
    const aborted = await this.#opened(sink, context().signal);
    await this.#in('abort', aborted.abort(new Error('the run failed')));
    const writer = await this.#opened(sink, context().signal);
    await this.#write(writer, items);
    await this.#in('commit', writer.commit());
    await this.#isThere(items);
  }

  async #refusesItem(bad: T): Promise<void> {
    const { items } = this.#case;
    const writer = await this.#open();
    await this.#write(writer, items.slice(0, 1));
    const error = await mustReject('the write of a bad item', this.#write(writer, [items[1]!, bad, items[2]!]));
    const index = typeof error === 'object' && error !== null && 'index' in error ? error.index : undefined;
    mustHold(index === undefined || index === 1, `the error blames item ${String(index)} of the batch, and item 1 is bad`);
    await this.#write(writer, items.slice(1));
    await this.#in('commit', writer.commit());
    await this.#isThere(items);
  }

  async #isUnreachable(unreachable: NonNullable<SinkContractCase<T>['unreachable']>): Promise<void> {
    const sink = await unreachable();
    if (sink.check) {
      const error = await mustReject('check', this.#in('check', Promise.resolve(sink.check(context()))));
      mustHold(error instanceof Error && error.message !== '', 'check rejects with no Error that has a message');
    }
    const opening = this.#opened(sink, context().signal).then((writer) => writer.abort(new Error('it was opened')));
    const error = await mustReject('the opening', opening);
    mustHold(error instanceof Error && error.message !== '', 'the opening rejects with no Error that has a message');
  }

  async #failsCommit(breakCommit: NonNullable<SinkContractCase<T>['breakCommit']>): Promise<void> {
    const writer = await this.#open();
    await this.#write(writer, this.#case.items);
    await breakCommit();
    const error = await mustReject('the commit', this.#in('commit', writer.commit()));
    await this.#in('the abort after a failed commit', writer.abort(error));
  }

  async #isThere(items: readonly T[]): Promise<void> {
    const { written, asWritten } = this.#case;
    mustEqual('what is there', await written(), asWritten === undefined ? items : asWritten(items));
  }

  async #open(): Promise<Writer<T>> {
    return this.#opened(await this.#case.sink(), context().signal);
  }

  #opened(sink: Sink<T>, signal: AbortSignal): Promise<Writer<T>> {
    return this.#in('the opening', sink.open({ signal }));
  }

  #write(writer: Writer<T>, items: readonly T[]): Promise<void> {
    return this.#in('a write', writer.write(items, context()));
  }

  #in<Result>(what: string, promise: Promise<Result>): Promise<Result> {
    return within(this.#timeoutMs, what, promise);
  }
}

function context(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
