import { StallError } from '../errors.js';
import { isObservable } from '../is-observable.js';
import { ObservableIterator } from './observable-iterator.js';

/** A task's result that stands for many outputs. */
export type OutputMaker =
  | { readonly kind: 'generator'; readonly iterator: Iterator<unknown> }
  | { readonly kind: 'asyncGenerator'; readonly iterator: AsyncIterator<unknown> };

/** Error for a task of `stage` whose Observable has emitted so many outputs that nobody has taken. */
export function observableStall(stage: string, held: number): StallError {
  const advice = 'an Observable cannot be slowed down: return a generator or an async generator instead, which pauses';
  return new StallError(stage, { in: 1, out: 0, held }, advice);
}

const tagOf = (value: object): string => Object.prototype.toString.call(value);

/**
 * Tells whether a task's result stands for many outputs: a generator or async-generator object, or an Observable (which is read as an
 * async generator is). Arrays, Maps, other iterators and streams are values.
 *
 * @param overflow error for an Observable that emits faster than it is taken
 */
export function outputMaker(value: unknown, overflow: (held: number) => Error): OutputMaker | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const shape = value as { next?: unknown; subscribe?: unknown };
  if (typeof shape.next === 'function') {
    const tag = tagOf(value);
    if (tag === '[object Generator]') return { kind: 'generator', iterator: value as Iterator<unknown> };
    if (tag === '[object AsyncGenerator]') return { kind: 'asyncGenerator', iterator: value as AsyncIterator<unknown> };
  }
  if (typeof shape.subscribe === 'function' && isObservable(value)) {
    return { kind: 'asyncGenerator', iterator: new ObservableIterator(value, overflow) };
  }
  return undefined;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
