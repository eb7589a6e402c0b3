import { PlanError } from '../../errors.js';
import { isObservable } from '../../is-observable.js';
import type { SourceDeclaration } from '../declaration.js';
import { checkedName } from '../name.js';
import { promiseAmong } from '../promised-items.js';
import type { Source } from '../source.js';
import { valueText } from '../value-text.js';

/** What holds items by itself: arrays, generator objects, Node streams, web streams and the like. Strings are refused, though iterable. */
export type FlowItems<T> = (Iterable<T> & object) | AsyncIterable<T>;

/**
 * Whatever a flow may start from: a `Source`, as connectors give; an iterable or async iterable; or a function that gives an iterable, or a
 * promise of one. A function is called once per run.
 */
export type FlowSource<T> = Source<T> | FlowItems<T> | (() => FlowItems<T> | PromiseLike<FlowItems<T>>);

/** @throws PlanError for anything that is not a source, with how to make it one. */
export function sourceDeclaration(source: unknown): SourceDeclaration {
  if (isFunction(source)) return { kind: 'function', name: 'source', make: source };
  if (isConnector(source)) return { kind: 'connector', name: checkedName('source', source.name), source };
  if (isItems(source)) {
    refusePromises(source);
    return { kind: 'iterable', name: 'source', iterable: source, oneShot: isOneShot(source) };
  }
  throw new PlanError(`flow(source): ${refusal(source)}`);
}

/** Here and not only when they are read: a promise may reject before that, and nobody would look at it. */
function refusePromises(source: unknown): void {
  const refused = Array.isArray(source) ? promiseAmong(source) : undefined;
  if (refused !== undefined) throw new PlanError(`flow(source): the array ${refused}`);
}

function refusal(source: unknown): string {
  if (isObservable(source)) {
    return (
      'an Observable cannot be slowed down, so say what becomes of items that come too fast: ' +
      "flow(fromObservable(observable, { overflow: 'fail' | 'dropOldest' | 'dropNewest' })); or give what it is made from"
    );
  }
  const given = `got ${valueText(source)}`;
  if (typeof source === 'string')
    return `a string is refused, as it would be read letter by letter, ${given}: write [text] or [...text]`;
  if (isObject(source) && isMethod(source, 'then')) return `${given}: write flow(() => promise)`;
  return `it must be a Source (an object with a name and open()), an iterable, an async iterable or a function that makes one, ${given}`;
}

// What it returns is looked at when a run calls it.
function isFunction(source: unknown): source is () => unknown {
  return typeof source === 'function';
}

// A Node ReadStream has an `open` too, and no name.
function isConnector(source: unknown): source is Source<unknown> {
  return isObject(source) && 'name' in source && 'open' in source && typeof source.open === 'function';
}

function isItems(source: unknown): source is Iterable<unknown> | AsyncIterable<unknown> {
  if (!isObject(source) || isObservable(source)) return false;
  return isMethod(source, Symbol.asyncIterator) || isMethod(source, Symbol.iterator);
}

/**
 * Whether what was read once is used up. Asks an object for its iterator only when it has a `next` itself: of others that call might
 * take a lock (web streams) or begin to read. Whatever emits events (Node streams, readline) is taken as used up.
 */
function isOneShot(items: Iterable<unknown> | AsyncIterable<unknown>): boolean {
  if (isMethod(items, 'getReader') || isMethod(items, 'on')) return true;
  if (!isMethod(items, 'next')) return false;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  return Object.is(iterator, items);
}

/**
 * Whether another run could read nothing of it: a stream, or an iterator that can be told to return. Not what else emits events, such as a feed
 * with iterators of its own.
 */
export function isUsedUpByReading(value: unknown): value is object {
  if (!isItems(value)) return false;
  if (isMethod(value, 'next')) return isMethod(value, 'return') && isOneShot(value);
  return isMethod(value, 'getReader') || (isMethod(value, 'on') && isMethod(value, 'read'));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isMethod(target: object, name: PropertyKey): boolean {
  return typeof Reflect.get(target, name) === 'function';
}
