import type { ErrorRecord } from '../../declare/dead-letter.js';
import { isExactInJson, textOf } from '../../declare/letter-item.js';
import { isInstance } from '../../is-instance.js';

/** Errors that are told in full: causes, causes of causes, members of aggregates. The others have name and message. */
const maxTold = 16;

/** An error as a dead letter tells it. Never throws: errors are the user's, and so are their getters. */
export function errorRecord(thrown: unknown, told: Set<unknown> = new Set()): ErrorRecord {
  if (!isInstance(thrown, Error)) return { name: 'NonError', message: textOf(thrown) };
  const member = (key: string): unknown => memberOf(thrown, key);
  const head = { name: words(member('name')), message: words(member('message')) };
  // They may refer to each other in circles.
  if (told.has(thrown) || told.size >= maxTold) return head;
  told.add(thrown);
  const code = member('code');
  const stack = member('stack');
  const cause = member('cause');
  const errors = member('errors');
  return {
    ...fields(thrown, member),
    ...head,
    // A class may give its code by a getter.
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(cause === undefined ? {} : { cause: errorRecord(cause, told) }),
    ...(Array.isArray(errors) && isInstance(thrown, AggregateError)
      ? { errors: errors.map((each) => errorRecord(each, told)) }
      : {}),
  };
}

function memberOf(error: Error, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch (thrown) {
    return `[its getter threw ${textOf(thrown)}]`;
  }
}

const toldApart: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', '__proto__']);

/** A field without a value is not told, as in any JSON: in words it would be the text "undefined". */
function fields(error: Error, member: (key: string) => unknown): Record<string, unknown> {
  const told = fieldsOf(error).map((key): [string, unknown] => [key, member(key)]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined).map(([key, value]) => [key, plain(value)]));
}

function fieldsOf(error: Error): string[] {
  try {
    return Object.keys(error).filter((key) => !toldApart.has(key));
  } catch {
    return [];
  }
}

function plain(value: unknown): unknown {
  return isExactInJson(value, new Set()) ? value : textOf(value);
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : textOf(value);
}
