import { types } from 'node:util';
import { CloneError } from '../errors.js';
import { Shareable } from './shareable.js';
import { cloneToThread } from './sharing.js';

/** Copies a value as it crosses to a worker, or throws. */
type Clone = (value: unknown) => unknown;

/** A value on its own: its copy, or why there is none. A copy has no getters left: it can be copied again for sure. */
export type Copy = { readonly kind: 'copy'; readonly value: unknown } | { readonly kind: 'fault'; readonly fault: CloneError };

export function copyOf(value: unknown, path: string, clone: Clone): Copy {
  return copied(value, path, clone, new Set());
}

/** Values that are refused: promises among them are nobody's any more, and the rejection of one would end the thread, or the program. */
export function disown(values: readonly unknown[]): void {
  for (const value of values) if (types.isPromise(value)) value.catch(() => undefined);
}

/**
 * Finds what keeps a value from being cloned: the error names the path of the member, `item.customer.onChange`.
 * Undefined when the value can be cloned. Clones the value once, and its members once a level where it cannot.
 *
 * @param path what the value is called in the error. Default `item`
 * @param clone copies a value, or throws. Default: `cloneToThread`
 * @returns the error, which is not thrown
 *
 * @example
 * ```ts
 * import { cloneFault } from '@millrace/workers';
 *
 * console.log(cloneFault({ id: 1, at: new Date() })); // undefined
 * console.log(cloneFault({ id: 1, onChange: () => {} })?.path); // item.onChange
 * ```
 */
export function cloneFault(
  value: unknown,
  path = 'item',
  clone: (value: unknown) => unknown = cloneToThread,
): CloneError | undefined {
  const copy = copyOf(value, path, clone);
  return copy.kind === 'fault' ? copy.fault : undefined;
}

function copied(value: unknown, path: string, clone: Clone, met: Set<unknown>): Copy {
  let cause: unknown;
  try {
    return { kind: 'copy', value: clone(value) };
  } catch (error) {
    cause = error;
  }
  // Its members are too deep as well, for thousands of levels, and each look at one costs a clone of all below it.
  if (isTooDeep(cause)) return { kind: 'fault', fault: tooDeep(path, cause) };
  met.add(value);
  if (Shareable.is(value)) return { kind: 'fault', fault: new CloneError(refusalOf(value, path), path, { cause }) };
  for (const [member, memberPath] of membersOf(value, path)) {
    if (met.has(member)) continue;
    const copy = copied(member, memberPath, clone, met);
    if (copy.kind === 'fault') return copy;
  }
  const message = `${path} is ${describe(value)}, which cannot be copied to or from a worker; ${remedyFor(value)}`;
  return { kind: 'fault', fault: new CloneError(message, path, { cause }) };
}

/** The stack is full: of V8, which says so in these words. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

function tooDeep(path: string, cause: unknown): CloneError {
  const message = `${path} is nested too deeply to be copied to or from a worker; send its parts as a list, or as a text`;
  return new CloneError(message, path, { cause });
}

/** Its copy would be another one. */
function refusalOf(primitive: Shareable, path: string): string {
  return (
    `${path} is ${describe(primitive)}, which is memory that threads share and cannot be copied; a process shares none: ` +
    "use threads (threadPool, isolation 'thread'), and give it to them as an argument, not through a queue"
  );
}

type Member = readonly [member: unknown, path: string];

/** None where the value does not let itself be looked into. */
function membersOf(value: unknown, path: string): readonly Member[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return attempt(() => [...listed(value, path)]) ?? [];
}

function* listed(value: object, path: string): Generator<Member> {
  if (value instanceof Map) {
    for (const [key, member] of value) {
      yield [key, `${path}.keys()`];
      yield [member, `${path}.get(${attempt(() => JSON.stringify(String(key))) ?? '…'})`];
    }
  } else if (value instanceof Set) {
    for (const member of value) yield [member, `${path}.values()`];
  } else {
    for (const key of Object.keys(value)) yield [memberOf(value, key), join(path, key, Array.isArray(value))];
    if (value instanceof Error && 'cause' in value) yield [memberOf(value, 'cause'), `${path}.cause`];
  }
}

/** A getter that throws makes its object uncloneable, and is not a member that could be looked into. */
function memberOf(value: object, key: string): unknown {
  return attempt(() => (value as Record<string, unknown>)[key]);
}

/** The error itself is the cause of the fault. */
function throwingGetterOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  return attempt(() => Object.keys(value).find((key) => attempt(() => [(value as Record<string, unknown>)[key]]) === undefined));
}

/** Getters, `toString` and the traps of a proxy are the user's, and may throw. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function join(path: string, key: string, isIndex: boolean): string {
  if (isIndex && /^\d+$/.test(key)) return `${path}[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  const name = attempt(() => Object.getPrototypeOf(value)?.constructor?.name);
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an instance of ${name}` : 'an object';
}

function remedyFor(value: unknown): string {
  if (types.isPromise(value)) return 'await it, and send what it gives';
  const throwing = throwingGetterOf(value);
  if (throwing !== undefined)
    return `its ${JSON.stringify(throwing)} throws when it is read: leave that out, or send what it is made of`;
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (isDetached(memory))
    return 'its memory has moved elsewhere, as `transfer` does: leave that out, or make a copy for each use';
  if (!attempt(() => memory instanceof SharedArrayBuffer)) return 'leave it out, or send what it is made of';
  return "a process shares no memory: use isolation 'thread', or send a copy of its bytes";
}

function isDetached(memory: unknown): boolean {
  return types.isArrayBuffer(memory) && attempt(() => new Uint8Array(memory)) === undefined;
}
