import type { SourceDeclaration } from '../declare/declaration.js';
import type { Pull } from '../declare/source.js';
import { PlanError } from '../errors.js';
import { maxSyncPull } from '../plan/index.js';

/** The three kinds of source, read alike. */
export interface SourceReader {
  /**
   * The next items, at most `max` where the source lets us choose, and fewer when `overdue` says so; at once when they are at hand.
   * Undefined at the end. Calls never overlap.
   */
  readonly pull: (max: number, overdue: () => boolean) => Pull<unknown> | undefined | Promise<Pull<unknown> | undefined>;
  /** Releases what the source holds; ends the iterable when it has not ended by itself. */
  readonly close: () => Promise<void>;
}

/** @throws PlanError when a function gave nothing that can be iterated */
export async function openSource(source: SourceDeclaration, signal: AbortSignal): Promise<SourceReader> {
  if (source.kind === 'connector') return asyncReader(source.source.open({ signal }), (pull) => checkedPull(source.name, pull));
  const iterable = source.kind === 'iterable' ? source.iterable : await source.make();
  if (isAsyncIterable(iterable)) return asyncReader(iterable, (item) => ({ items: [item] }));
  if (isIterable(iterable)) return syncReader(iterable);
  throw new PlanError(
    `the source function returned ${describe(iterable)}: it must return an iterable, an async iterable, a ReadableStream or a Node Readable`,
  );
}

/** A connector is foreign code: what is no pull must not pass for the end, nor for items. */
function checkedPull(name: string, pull: Pull<unknown>): Pull<unknown> {
  if (typeof pull === 'object' && pull !== null && Array.isArray(pull.items)) return pull;
  throw new PlanError(`source "${name}" gave ${describe(pull)} as a pull: it must give { items: [...] }`);
}

function asyncReader<T>(iterable: AsyncIterable<T>, toPull: (value: T) => Pull<unknown>): SourceReader {
  const iterator = iterable[Symbol.asyncIterator]();
  let over = false;
  const onResult = (result: IteratorResult<T>): Pull<unknown> | undefined => {
    if (!result.done) return toPull(result.value);
    over = true;
    return undefined;
  };
  const onError = (error: unknown): never => {
    over = true;
    throw error;
  };
  return {
    pull: () => iterator.next().then(onResult, onError),
    close: async () => {
      if (!over) await iterator.return?.();
    },
  };
}

function syncReader(iterable: Iterable<unknown>): SourceReader {
  const iterator = iterable[Symbol.iterator]();
  let over = false;
  return {
    pull: (max, overdue) => {
      const items: unknown[] = [];
      // The clock is asked after 1, 2, 4, 8 … items: seldom where they come fast, soon where each takes long.
      let lookAt = 1;
      while (!over && items.length < max && items.length < maxSyncPull) {
        const result = iterator.next();
        if (result.done) over = true;
        else items.push(result.value);
        if (items.length < lookAt) continue;
        if (overdue()) break;
        lookAt *= 2;
      }
      return items.length > 0 ? { items } : undefined;
    },
    close: async () => {
      if (over) return;
      over = true;
      iterator.return?.();
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as { [Symbol.asyncIterator]?: unknown } | null | undefined)?.[Symbol.asyncIterator] === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] === 'function';
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? `an object of class ${value.constructor?.name ?? 'Object'}` : `a ${typeof value}`;
}
