import { cpu, type Flow, flow, io, type OpenPipeline, operators, pipeline } from '@millrace/core';
import { map } from './rx-parts.fixture.js';

/** Listed in `errors`. Its constructor wants an object: nobody can call it who does not know it. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly code = 'E_BROKEN';
  readonly at: { readonly item: number };

  constructor({ item }: { item: number }, options?: ErrorOptions) {
    super(`item ${item} is broken`, options);
    this.at = { item };
  }
}

/** Not listed. */
export class Unlisted extends Error {
  override readonly name = 'Unlisted';
  readonly code = 'E_UNLISTED';
  readonly hint = 'a hint';
}

export function breakAt(item: number): never {
  const root = new TypeError('the root', { cause: 'a text' });
  throw new Broken({ item }, { cause: new RangeError('in between', { cause: root }) });
}

export type FailingKind =
  | 'listed'
  | 'unlisted'
  | 'promise'
  | 'generator'
  | 'operators'
  | 'thrown text'
  | 'thrown undefined'
  | 'aggregate';

/** A cpu stage that fails at item 5 of 20. */
export const failing: OpenPipeline<FailingKind, unknown> = pipeline(
  import.meta,
  'failing',
  (kind: FailingKind): Flow<unknown> => {
    const numbers = flow(Array.from({ length: 20 }, (_, i) => i));
    if (kind === 'operators') {
      return numbers.pipe(cpu('break', operators(map((n: number) => (n === 5 ? breakAt(n) : n)))));
    }
    if (kind === 'generator') {
      return numbers.pipe(
        cpu('break', function* (n: number) {
          yield n;
          if (n === 5) breakAt(n);
        }),
      );
    }
    return numbers.pipe(
      io('before', (n: number) => n),
      cpu('break', (n: number): unknown => {
        if (n !== 5) return n;
        if (kind === 'listed') return breakAt(n);
        if (kind === 'unlisted') throw new Unlisted('not listed');
        if (kind === 'promise') return Promise.reject(new Broken({ item: n }));
        if (kind === 'aggregate') throw new AggregateError([new Broken({ item: 1 }), new Unlisted('x')], 'both');
        if (kind === 'thrown undefined') throw undefined;
        throw 'a text';
      }),
    );
  },
  { errors: [Broken] },
);

export type Uncloneable = 'item' | 'output' | 'emission' | 'operators in' | 'operators out';

/** What a lane is given, or gives, cannot be cloned. */
export const uncloneable: OpenPipeline<Uncloneable, unknown> = pipeline(
  import.meta,
  'uncloneable',
  (where: Uncloneable): Flow<unknown> => {
    const numbers = flow(Array.from({ length: 20 }, (_, i) => i));
    const bad = (n: number): unknown => (n === 5 ? { n, nested: { call: () => n } } : n);
    if (where === 'item')
      return numbers.pipe(
        io('make', bad),
        cpu('take', (value: unknown) => value),
      );
    if (where === 'output') return numbers.pipe(cpu('take', bad));
    if (where === 'operators in') return numbers.pipe(map(bad), cpu('take', operators(map((value: unknown) => value))));
    if (where === 'operators out') return numbers.pipe(cpu('take', operators(map(bad))));
    return numbers.pipe(
      cpu('take', function* (n: number) {
        yield n;
        yield bad(n);
      }),
    );
  },
);
