import {
  BlockedMainError,
  BrokenBarrierError,
  CloneError,
  ClosedError,
  HolderDiedError,
  NotHeldError,
  PartyDiedError,
  TimeoutError,
  WorkerDeathError,
} from '../errors.js';
import { writeClone } from './by-value.js';
import { isError, kindOf, textOf } from './told.js';

/** What was thrown, as plain cloneable values. Errors refer to each other by number, so that cycles of causes end. */
export type Thrown =
  | { readonly kind: 'error'; readonly errors: readonly RemoteError[] }
  /** Not an error: `throw 'x'`, `throw null`. */
  | { readonly kind: 'value'; readonly value: unknown };

interface RemoteError {
  /** Names of its class and the classes above, nearest first. */
  readonly classes: readonly string[];
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Field | undefined;
  /** Members of an AggregateError. */
  readonly errors: readonly Field[] | undefined;
  /** `error` and `suppressed` of a SuppressedError. */
  readonly suppression: readonly (readonly [key: string, field: Field])[];
  readonly fields: readonly (readonly [key: string, field: Field])[];
}

type Field = { readonly kind: 'error'; readonly number: number } | { readonly kind: 'value'; readonly value: unknown };

/** A class whose errors keep their class when they come back from a lane; found by its `name`. */
export interface ErrorClass {
  /** By which it is found again: the class has the same name in the worker. */
  readonly name: string;
  /** What the error gets as its prototype; its constructor is not called. */
  readonly prototype: Error;
}

export function encodeThrown(thrown: unknown): Thrown {
  if (!isError(thrown)) return encodeValue(thrown);
  const errors: RemoteError[] = [];
  const numbers = new Map<Error, number>([[thrown, 0]]);
  const queue = [thrown];
  const field = (value: unknown): Field => {
    if (!isError(value)) return encodeValue(value);
    const known = numbers.get(value);
    if (known !== undefined) return { kind: 'error', number: known };
    const number = numbers.size;
    numbers.set(value, number);
    queue.push(value);
    return { kind: 'error', number };
  };
  // Grows while it is walked: a queue instead of recursion, since chains of causes may be of any length.
  for (const error of queue) errors.push(encodeError(error, field));
  return { kind: 'error', errors };
}

function encodeError(error: Error, field: (value: unknown) => Field): RemoteError {
  const read = (key: string): unknown => readMember(error, key);
  // A name that is no text would keep the error from being told on the other side.
  const isOwn = (key: string): boolean => !carriedApart.has(key) && (key !== 'name' || typeof read(key) === 'string');
  const own = keysOf(error).filter(isOwn);
  // A class may give its code by a getter, which the class that stands in for it on the other side lacks.
  if (!own.includes('code') && isPrimitive(read('code')) && read('code') !== undefined) own.push('code');
  const classes = classesOf(error);
  const members = classes.includes('AggregateError') ? read('errors') : undefined;
  return {
    classes,
    name: textOf(read('name')),
    message: textOf(read('message')),
    stack: typeof read('stack') === 'string' ? textOf(read('stack')) : undefined,
    cause: has(error, 'cause') ? field(read('cause')) : undefined,
    errors: Array.isArray(members) ? members.map(field) : undefined,
    suppression: (classes.includes('SuppressedError') ? suppression : [])
      .filter((key) => has(error, key) && !own.includes(key))
      .map((key) => [key, field(read(key))] as const),
    fields: own.map((key) => [key, field(read(key))] as const),
  };
}

const suppression = ['error', 'suppressed'] as const;

const carriedApart: ReadonlySet<string> = new Set(['message', 'stack', 'cause', 'errors', '__proto__']);

// An error may be a proxy, and its class may have getters. What throws when it is asked is left out: the rest of the error is worth telling.

function classesOf(error: Error): string[] {
  const names: string[] = [];
  try {
    for (let at = Object.getPrototypeOf(error); at !== null && names.length < 16; at = Object.getPrototypeOf(at)) {
      const name = at.constructor?.name;
      if (typeof name === 'string' && name !== '' && name !== 'Object') names.push(name);
    }
  } catch {
    // See above.
  }
  return names;
}

function keysOf(error: Error): string[] {
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}

function has(error: Error, key: string): boolean {
  try {
    return Object.hasOwn(error, key);
  } catch {
    return false;
  }
}

function readMember(error: Error, key: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch (thrown) {
    return `[the getter threw ${textOf(thrown)}]`;
  }
}

/** What cannot be cloned is told in words: losing the field would lose a part of the story. */
function encodeValue(value: unknown): { readonly kind: 'value'; readonly value: unknown } {
  if (isPrimitive(value)) return { kind: 'value', value };
  try {
    const copy = structuredClone(value);
    // A worker that is a process takes less; the rest of an error must not be lost with a field of it.
    writeClone(copy);
    return { kind: 'value', value: copy };
  } catch {
    return {
      kind: 'value',
      value: `[${kindOf(value)}, not cloneable]`,
    };
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

const builtIn: readonly ErrorClass[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
  BlockedMainError,
  BrokenBarrierError,
  CloneError,
  ClosedError,
  HolderDiedError,
  NotHeldError,
  PartyDiedError,
  TimeoutError,
  WorkerDeathError,
];

/** Absent before Node.js 24. */
const { SuppressedError: suppressedError } = globalThis as { readonly SuppressedError?: ErrorClass };

/** Revives what a lane threw. Built-in classes and those of Millrace are known; an unknown one becomes an Error that keeps its name. */
export class ThrownDecoder {
  readonly #classes: ReadonlyMap<string, ErrorClass>;

  constructor(classes: readonly ErrorClass[] = []) {
    this.#classes = new Map(
      [...builtIn, ...(suppressedError ? [suppressedError] : []), ...classes].map((known) => [known.name, known]),
    );
  }

  decode(thrown: Thrown): unknown {
    if (thrown.kind === 'value') return thrown.value;
    const revived = thrown.errors.map((error) => this.#revive(error));
    const resolved = (field: Field): unknown => (field.kind === 'error' ? revived[field.number] : field.value);
    thrown.errors.forEach((remote, number) => {
      const error = revived[number]!;
      if (remote.cause !== undefined) hide(error, 'cause', resolved(remote.cause));
      if (remote.errors !== undefined) hide(error, 'errors', remote.errors.map(resolved));
      for (const [key, field] of remote.suppression) hide(error, key, resolved(field));
      for (const [key, field] of remote.fields) show(error, key, resolved(field));
    });
    return revived[0];
  }

  /** Never calls the constructor of a user's class: it may want other arguments, or do things. */
  #revive(remote: RemoteError): Error {
    // A DOMException keeps name, message and code where only its own constructor can put them.
    if (remote.classes.includes('DOMException')) {
      const exception = new DOMException(remote.message, remote.name);
      hide(exception, 'stack', remote.stack);
      return exception;
    }
    const error = new Error(remote.message);
    const known = remote.classes.map((name) => this.#classes.get(name)).find((found) => found !== undefined);
    if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
    hide(error, 'stack', remote.stack);
    if (error.name !== remote.name) hide(error, 'name', remote.name);
    return error;
  }
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}

function show(error: Error, key: string, value: unknown): void {
  if (key === 'code' && (error as { code?: unknown }).code === value && error instanceof DOMException) return;
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: true });
}
