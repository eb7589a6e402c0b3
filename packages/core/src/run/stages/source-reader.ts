import { types } from 'node:util';
import type { SourceDeclaration } from '../../declare/declaration.js';
import { promiseAmong } from '../../declare/promised-items.js';
import type { Pull, Reading, SourceGauge } from '../../declare/source.js';
import { PlanError } from '../../errors.js';
import { maxSyncPull } from '../../plan/index.js';
import { within } from '../release.js';
import { unread } from './used-up.js';

/** Connectors, iterables, generators and streams, read alike. */
export interface SourceReader {
  /**
   * The next items, at most `max` where the source lets us choose, and fewer when `overdue` says so; at once when they are at hand.
   * Undefined at the end. Calls never overlap.
   */
  readonly pull: (max: number, overdue: () => boolean) => Pull<unknown> | undefined | Promise<Pull<unknown> | undefined>;
  /** Releases what the source holds; ends the iterable when it has not ended by itself. */
  readonly close: () => Promise<void>;
  /** Of a source that holds items beyond a pull. */
  readonly gauge?: SourceGauge | undefined;
}

/** @throws PlanError when a function gave nothing that can be iterated, or what another run has read */
export async function openSource(source: SourceDeclaration, signal: AbortSignal): Promise<SourceReader> {
  if (source.kind === 'connector') {
    const opened = checkedSource(source.name, source.source.open({ signal }));
    return { ...iteratorReader(opened, (pull) => checkedPull(source.name, source.source.maxPull, pull)), gauge: opened.gauge };
  }
  const iterable = source.kind === 'iterable' ? source.iterable : unread(await source.make());
  if (isWebStream(iterable)) return webStreamReader(iterable);
  if (isAsyncIterable(iterable)) return isNodeStream(iterable) ? nodeStreamReader(iterable) : asyncReader(iterable);
  if (isPlainArray(iterable)) return arrayReader(withoutPromises(iterable));
  if (isIterable(iterable)) return syncReader(iterable);
  throw new PlanError(
    `the source function returned ${describe(iterable)}: it must return an iterable, an async iterable, a ReadableStream or a Node Readable`,
  );
}

/** All of them now: one that lies further back may reject before it is read. What is added later is looked at by the stage. */
function withoutPromises(items: readonly unknown[]): readonly unknown[] {
  const refused = promiseAmong(items);
  if (refused !== undefined) throw new PlanError(`the source ${refused}`);
  return items;
}

function checkedSource(name: string, opened: Reading<unknown>): Reading<unknown> {
  const given: unknown = opened;
  if (isAsyncIterable(given)) return opened;
  // A sink in the place of a source: what its open() promises concerns nobody.
  Promise.resolve(given).catch(() => undefined);
  throw new PlanError(`source "${name}": open() must give an async iterable of pulls, got ${describe(given)}: is it a sink?`);
}

/** A connector is foreign code: what is no pull must not pass for the end, nor for items, and the bound on memory counts on `maxPull`. */
function checkedPull(name: string, maxPull: number | undefined, pull: Pull<unknown>): Pull<unknown> {
  if (typeof pull !== 'object' || pull === null || !Array.isArray(pull.items)) {
    throw new PlanError(`source "${name}" gave ${describe(pull)} as a pull: it must give { items: [...] }`);
  }
  if (maxPull === undefined || pull.items.length <= maxPull) return pull;
  throw new PlanError(
    `source "${name}" gave ${pull.items.length} items in a pull, and says that its maxPull is ${maxPull}, on which the bound on memory counts: ` +
      'let it give fewer at a time, or say more',
  );
}

/** How long a generator is waited for that is asked to return while it still reads, in ms. */
const returnMs = 100;

/**
 * A generator that is pending in `next()` takes `return()` up when it wakes, which may be never, and a cancel should not have to wait for
 * that: it is waited for shortly and then left alone. The `return()` of any other iterator has begun when it is called.
 */
function asyncReader(iterable: AsyncIterable<unknown>): SourceReader {
  const { pull, close, isAsleep } = iteratorReader(iterable, (item) => ({ items: [item] }));
  return {
    pull,
    close: async () => {
      const closed = close();
      if (!isAsleep()) return closed;
      await within(returnMs, closed);
    },
  };
}

type NodeStream = AsyncIterable<unknown> & { destroy(): void; on(event: 'error', listener: () => void): void };

/** A stream that is destroyed lets go of a read that is pending, which its iterator would wait for. */
function nodeStreamReader(stream: NodeStream): SourceReader {
  const { pull, close } = iteratorReader(stream, (item) => ({ items: [item] }));
  // Its iterator listens from the first read on; a stream that fails before that, or is never read, would end the process.
  stream.on('error', () => undefined);
  return {
    pull,
    close: async () => {
      stream.destroy();
      await close();
    },
  };
}

/** Read by its reader: `cancel` of that does not wait for a pending read, `return` of the stream's iterator does. */
function webStreamReader(stream: ReadableStream<unknown>): SourceReader {
  const reader = stream.getReader();
  let over = false;
  return {
    pull: async () => {
      try {
        const { done, value } = await reader.read();
        over = done;
        return done ? undefined : { items: [value] };
      } catch (error) {
        over = true;
        throw error;
      }
    },
    // To cancel a stream that has failed would reject with its error once more.
    close: async () => {
      if (!over) await reader.cancel();
    },
  };
}

interface IteratorReader extends SourceReader {
  readonly pull: () => Promise<Pull<unknown> | undefined>;
  /** It is a generator that waits for something in `next()`. */
  readonly isAsleep: () => boolean;
}

function iteratorReader<T>(iterable: AsyncIterable<T>, toPull: (value: T) => Pull<unknown>): IteratorReader {
  const iterator = iterable[Symbol.asyncIterator]();
  let pending = false;
  let over = false;
  const onResult = (result: IteratorResult<T>): Pull<unknown> | undefined => {
    pending = false;
    // Also after a result that is none.
    over = true;
    if (checkedResult(result).done) return undefined;
    over = false;
    return toPull(result.value);
  };
  const onError = (error: unknown): never => {
    pending = false;
    over = true;
    throw error;
  };
  return {
    pull: () => {
      pending = true;
      return nextOf(iterator).then(onResult, onError);
    },
    close: async () => {
      if (!over) await iterator.return?.();
    },
    isAsleep: () => pending && types.isGeneratorObject(iterator),
  };
}

/** No step of an iterator for each item. Like one, it sees what is added while it reads. */
function arrayReader(items: readonly unknown[]): SourceReader {
  let next = 0;
  return {
    pull: (max) => {
      const pulled = items.slice(next, next + Math.min(max, maxSyncPull));
      next += pulled.length;
      return pulled.length === 0 ? undefined : { items: pulled };
    },
    close: async () => {
      next = Number.POSITIVE_INFINITY;
    },
  };
}

function syncReader(iterable: Iterable<unknown>): SourceReader {
  const iterator = iterable[Symbol.iterator]();
  let over = false;
  let running = false;
  /** Thrown in the midst of a pull: the items before it go first. */
  let thrown: { readonly error: unknown } | undefined;
  const next = (): IteratorResult<unknown> | undefined => {
    running = true;
    try {
      const result = checkedResult(iterator.next());
      running = false;
      // Its own code has ended the run: a generator cannot be told to return while it runs.
      if (over) iterator.return?.();
      else if (!result.done) return result;
    } catch (error) {
      thrown = { error };
    } finally {
      running = false;
    }
    over = true;
    return undefined;
  };
  return {
    pull: (max, overdue) => {
      const items: unknown[] = [];
      while (!over && items.length < max && items.length < maxSyncPull) {
        const result = next();
        if (result !== undefined) items.push(result.value);
        if (overdue()) break;
      }
      if (items.length > 0) return { items };
      if (thrown !== undefined) throw thrown.error;
      return undefined;
    },
    close: async () => {
      if (over) return;
      over = true;
      if (!running) iterator.return?.();
    },
  };
}

function isNodeStream(value: AsyncIterable<unknown>): value is NodeStream {
  const { destroy, on } = value as { destroy?: unknown; on?: unknown };
  return typeof destroy === 'function' && typeof on === 'function';
}

function isWebStream(value: unknown): value is ReadableStream<unknown> {
  return typeof (value as { getReader?: unknown } | null | undefined)?.getReader === 'function';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as { [Symbol.asyncIterator]?: unknown } | null | undefined)?.[Symbol.asyncIterator] === 'function';
}

/** Iterated as arrays are: nobody has given it an iterator of its own. */
function isPlainArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value[Symbol.iterator] === Array.prototype[Symbol.iterator] && !types.isProxy(value);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] === 'function';
}

/** As in `for await`, `next` may also give its result without a promise, or throw. Not an async function: it would cost each item two promises more. */
function nextOf<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  try {
    return Promise.resolve(iterator.next());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Anything but an object is refused, as by the language: it would pass for an item, and never for the end. */
function checkedResult<Result>(result: Result): Result {
  if ((typeof result === 'object' && result !== null) || typeof result === 'function') return result;
  throw new TypeError(`next() of the source must give an object { value, done }, got ${describe(result)}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? `an object of class ${value.constructor?.name ?? 'Object'}` : `a ${typeof value}`;
}
