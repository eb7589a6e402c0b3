import { StallError } from '../errors.js';
import { isObservable } from '../is-observable.js';
import { RingBuffer } from '../queue/index.js';
import { type Observable, rx } from '../rxjs.js';

/** A task's result that stands for many outputs. */
export type OutputMaker =
  | { readonly kind: 'generator'; readonly iterator: Iterator<unknown> }
  | { readonly kind: 'asyncGenerator'; readonly iterator: AsyncIterator<unknown> };

/** Outputs an Observable may be ahead of the stage; it cannot be slowed down. They are not part of a plan's bound. */
export const maxObservableHeld = 65_536;

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
    return { kind: 'asyncGenerator', iterator: observableIterator(value, overflow) };
  }
  return undefined;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

type Arrival =
  | { readonly kind: 'output'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'end' };

/** An Observable as an async iterator: subscribed at once, what it emits is held until it is asked for. One `next()` at a time. */
function observableIterator(observable: Observable<unknown>, overflow: (held: number) => Error): AsyncIterator<unknown> {
  // Not an array: taking the first of some ten thousand moves all others.
  const arrived = new RingBuffer<Arrival>();
  // Ends also an Observable that emits within `subscribe`, when there is no subscription yet to be unsubscribed.
  const { Subject, takeUntil } = rx();
  const left = new Subject<void>();
  let over = false;
  let asked: (() => void) | undefined;
  const arrive = (arrival: Arrival): void => {
    if (over) return;
    over = arrival.kind !== 'output';
    arrived.push(arrival, 0);
    asked?.();
  };
  observable.pipe(takeUntil(left)).subscribe({
    next: (value) => {
      if (arrived.length < maxObservableHeld) arrive({ kind: 'output', value });
      else {
        arrive({ kind: 'error', error: overflow(arrived.length) });
        left.next();
      }
    },
    error: (error: unknown) => arrive({ kind: 'error', error }),
    complete: () => arrive({ kind: 'end' }),
  });

  const result = (): IteratorResult<unknown> => {
    const arrival = arrived.length > 0 ? arrived.shift() : undefined;
    if (arrival?.kind === 'error') throw arrival.error;
    return arrival?.kind === 'output' ? { done: false, value: arrival.value } : { done: true, value: undefined };
  };
  return {
    next: async () => {
      if (arrived.length === 0 && !over) {
        await new Promise<void>((resolve) => {
          asked = resolve;
        });
        asked = undefined;
      }
      return result();
    },
    return: async () => {
      over = true;
      arrived.clear();
      left.next();
      asked?.();
      return { done: true, value: undefined };
    },
  };
}
