import { aText, type OptionRule, wholeNumber } from '../options.js';
import { longestMs } from './timing.js';
import { webUrl } from './web-url.js';

type Kind = Pick<OptionRule, 'allowed' | 'accepts' | 'schema'>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with these members and no others; `undefined` counts as absent. */
export function group(members: Readonly<Record<string, Kind>>, required: readonly string[] = []): Kind {
  const told = Object.entries(members).map(
    ([name, { allowed }]) => `"${name}" (${allowed}${required.includes(name) ? ', required' : ''})`,
  );
  return {
    allowed: `an object of ${told.join(', ')}`,
    accepts: (value) =>
      isObject(value) &&
      Object.entries(value).every(
        ([name, member]) => Object.hasOwn(members, name) && (member === undefined || members[name]!.accepts(member)),
      ) &&
      required.every((name) => Reflect.get(value, name) !== undefined),
    schema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema ?? {}])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
  };
}

/** One of several kinds. */
export function either(...kinds: readonly Kind[]): Kind {
  return {
    allowed: kinds.map(({ allowed }) => allowed).join(', or '),
    accepts: (value) => kinds.some(({ accepts }) => accepts(value)),
    schema: { anyOf: kinds.map(({ schema }) => schema ?? {}) },
  };
}

export const onlyTrue: Kind = { allowed: 'true', accepts: (value) => value === true, schema: { const: true } };

export const ms = (min: number, max = longestMs): Kind => wholeNumber('ms', min, max);

/** A path into a JSON value: names of members, and indexes of lists, with dots between them. */
export const memberPath: Kind = {
  allowed: 'names of members with dots between them, like data.items',
  accepts: (value) => typeof value === 'string' && value.split('.').every((name) => name !== ''),
  schema: { type: 'string', pattern: '^[^.]+([.][^.]+)*$' },
};

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

export const query: Kind = {
  allowed: 'an object whose members are strings, numbers, booleans or lists of them',
  accepts: (value) =>
    isObject(value) &&
    Object.values(value).every((one) => one === undefined || isScalar(one) || (Array.isArray(one) && one.every(isScalar))),
  schema: {
    type: 'object',
    additionalProperties: {
      anyOf: [{ type: ['string', 'number', 'boolean'] }, { type: 'array', items: { type: ['string', 'number', 'boolean'] } }],
    },
  },
};

export const headers: Kind = {
  allowed:
    'an object of header names and values that HTTP allows, without "host", "content-length", "transfer-encoding" and "connection"',
  accepts: (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'string') && areHeaders(value),
  schema: { type: 'object', additionalProperties: { type: 'string' } },
};

/** Those of the connection. */
const ownHeaders = ['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect', 'trailer'];

function areHeaders(value: object): boolean {
  try {
    const made = new Headers(value as Record<string, string>);
    // The client of Node.js takes less than `Headers` does. Its own check would load it, which most lanes do without.
    return [...made].every(([name, text]) => !ownHeaders.includes(name) && !/[^\t\u0020-\u007e\u0080-\u00ff]/.test(text));
  } catch {
    return false;
  }
}

/** A user and a password would be a part of every text that shows the URL. */
export const url: Kind = {
  allowed: 'a URL that begins with http:// or https://, without user and password (they belong into the option "headers")',
  accepts: (value) => typeof value === 'string' && webUrl(value) !== undefined && isWithoutUser(value),
  schema: { type: 'string', pattern: '^[hH][tT][tT][pP][sS]?://[^@/?#]+([/?#].*)?$' },
};

function isWithoutUser(text: string): boolean {
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

export const counterKind: Kind = group(
  {
    param: aText,
    first: wholeNumber('pages or items', 0),
    step: wholeNumber('pages or items', 1),
    size: group({ param: aText, value: wholeNumber('items', 1) }, ['param', 'value']),
  },
  ['param'],
);

export const cursorKind: Kind = group({ from: memberPath, param: aText }, ['from']);
