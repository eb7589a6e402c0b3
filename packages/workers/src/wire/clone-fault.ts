import { CloneError } from '../errors.js';

/**
 * Finds what keeps a value from being cloned: the error names the path of the member, `item.customer.onChange`.
 * Undefined when the value can be cloned. Clones the value once, and its members once a level where it cannot.
 */
export function cloneFault(value: unknown, path = 'item'): CloneError | undefined {
  return faultOf(value, path, new Set());
}

function faultOf(value: unknown, path: string, met: Set<unknown>): CloneError | undefined {
  const cause = refusal(value);
  if (cause === undefined) return undefined;
  met.add(value);
  for (const [member, memberPath] of membersOf(value, path)) {
    if (met.has(member)) continue;
    const fault = faultOf(member, memberPath, met);
    if (fault !== undefined) return fault;
  }
  const message = `${path} is ${describe(value)}, which cannot be copied to or from a worker; leave it out, or send what it is made of`;
  return new CloneError(message, path, { cause: cause.error });
}

function refusal(value: unknown): { readonly error: unknown } | undefined {
  try {
    structuredClone(value);
    return undefined;
  } catch (error) {
    return { error };
  }
}

type Member = readonly [member: unknown, path: string];

function* membersOf(value: unknown, path: string): Generator<Member> {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Map) {
    for (const [key, member] of value) {
      yield [key, `${path}.keys()`];
      yield [member, `${path}.get(${JSON.stringify(String(key))})`];
    }
  } else if (value instanceof Set) {
    for (const member of value) yield [member, `${path}.values()`];
  } else {
    for (const key of Object.keys(value)) yield [memberOf(value, key), join(path, key, Array.isArray(value))];
    if (value instanceof Error && 'cause' in value) yield [value.cause, `${path}.cause`];
  }
}

/** A getter that throws makes its object uncloneable, and is not a member that could be looked into. */
function memberOf(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
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
  const name = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value)?.constructor?.name : undefined;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an instance of ${name}` : 'an object';
}
