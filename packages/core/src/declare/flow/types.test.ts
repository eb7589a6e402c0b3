import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { filter, map, type Observable } from 'rxjs';
import type { DeadLetter } from '../dead-letter.js';
import type { Source } from '../source.js';
import { compose } from '../steps/compose.js';
import { operators } from '../steps/operators.js';
import { cpu, io } from '../steps/stage.js';
import type { StandardSchema } from '../steps/standard-schema.js';
import type { StageOperator } from '../steps/step.js';
import { Flow, flow, SinkFlow } from './flow.js';
import { exactly, notCalled, type Order, order, orders, sinkOf } from './types.fixture.js';

declare const observed: Observable<Order>;

describe('types of schemas', () => {
  const schema: StandardSchema<unknown, { readonly price: number }> = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { price: 1 } }) },
  };
  /** As arktype's: a function, too. */
  const callable = Object.assign((value: unknown): unknown => value, schema);

  test('what a schema gives is the item of the next stage', () => {
    exactly<Flow<{ readonly price: number }>>()(orders.pipe(io('check', schema)));
    exactly<Flow<{ readonly price: number }>>()(orders.pipe(cpu('check', callable)));
    exactly<Flow<string>>()(
      orders.pipe(
        cpu('check', schema, { onError: 'skip', key: (o) => o.id }),
        io('text', ({ price }) => price.toFixed(2)),
      ),
    );
    notCalled(() => {
      // @ts-expect-error a key of another item
      orders.pipe(cpu('check', schema, { key: (text: string) => text }));
      // @ts-expect-error not an option of io
      io('check', schema, { isolation: 'thread' });
    });
    expect(schema).toBeDefined();
  });
});

describe('types of flows', () => {
  test('items keep their type from source to sink without an annotation', () => {
    const ids = orders
      .pipe(
        filter((o) => o.total > 0),
        io('look up', async (o, { signal, attempt }) => ({ ...o, aborted: signal.aborted, attempt }), { concurrency: 4 }),
        cpu('score', (o) => ({ id: o.id, score: o.total * o.attempt }), { batch: 'auto' }),
        map((o) => o.score.toFixed(2)),
      )
      .pipe(cpu('length', (text) => text.length));
    exactly<Flow<number>>()(ids);
    exactly<SinkFlow>()(ids.to(sinkOf<number>('numbers')));
    expect(ids).toBeInstanceOf(Flow);
    expect(ids.to(sinkOf<number | string>('more'))).toBeInstanceOf(SinkFlow);
  });

  test('every kind of source gives the type of its items', () => {
    const source: Source<Order> = { name: 'orders', open: async function* () {} };
    exactly<Flow<Order>>()(flow(source));
    exactly<Flow<number>>()(flow([1, 2]));
    exactly<Flow<number>>()(flow(new Set([1])));
    exactly<Flow<[string, number]>>()(flow(new Map([['a', 1]])));
    exactly<Flow<number>>()(flow(() => [1, 2]));
    exactly<Flow<1 | 2>>()(
      flow(function* () {
        yield 1;
        yield 2;
      }),
    );
    exactly<Flow<Order>>()(
      flow(async function* () {
        yield order;
      }),
    );
    exactly<Flow<Order>>()(flow(async () => [order]));
    exactly<Flow<Order>>()(flow(() => new ReadableStream<Order>()));
    exactly<Flow<string | undefined | null>>()(flow(['a', undefined, null]));
    flow(() => Readable.from(['a']));
    expect(orders).toBeInstanceOf(Flow);
  });

  test('what cannot be a source does not compile', () => {
    notCalled(() => {
      // @ts-expect-error a string would be read letter by letter
      flow('text');
      // @ts-expect-error the same from a function
      flow(() => 'text');
      // @ts-expect-error an Observable cannot be slowed down
      flow(observed);
      // @ts-expect-error a promise is given by a function
      flow(Promise.resolve([1]));
      // @ts-expect-error not iterable
      flow(1);
      flow([1], { maxErrors: 1, deadLetters: sinkOf<DeadLetter>('rejects') });
      flow([1], { deadLetters: sinkOf<unknown>('rejects') });
      flow([1], { maxErrors: '0.5%' });
      // @ts-expect-error neither a count nor a share
      flow([1], { maxErrors: 'few' });
      // @ts-expect-error dead letters are no numbers
      flow([1], { deadLetters: sinkOf<number>('numbers') });
    });
    expect(notCalled).toBeDefined();
  });

  test('a sink of other items does not compile', () => {
    notCalled(() => {
      // @ts-expect-error orders are not strings
      orders.to(sinkOf<string>('texts'));
      // @ts-expect-error undefined may come
      flow([1, undefined]).to(sinkOf<number>('numbers'));
      // @ts-expect-error a closed flow cannot be extended
      orders.to(sinkOf<Order>('orders')).pipe();
    });
    exactly<SinkFlow>()(flow([1, undefined]).to(sinkOf<number | undefined>('maybe')));
    expect(orders.to(sinkOf<unknown>('anything'))).toBeInstanceOf(SinkFlow);
  });

  test('readings have the type of the items, null and undefined included', () => {
    const maybe = flow([1, null, undefined]);
    notCalled(async () => {
      exactly<Promise<(number | null | undefined)[]>>()(maybe.toArray({ workers: 0 }));
      exactly<Observable<number | null | undefined>>()(maybe.toObservable());
      for await (const item of maybe) exactly<number | null | undefined>()(item);
    });
    expect(maybe).toBeInstanceOf(Flow);
  });

  test('a flow of a narrower type is a flow of a wider one, not the other way round', () => {
    const wide: Flow<number | string> = flow([1]);
    // @ts-expect-error strings are not numbers
    const narrow: Flow<number> = flow([1, 'a']);
    expect([wide, narrow]).toHaveLength(2);
  });

  test('beyond nine operators the type is lost, and a further pipe asks for it', () => {
    const step = map((n: number) => n);
    const same9 = orders.pipe(
      map((o) => o.id),
      step,
      step,
      step,
      step,
      step,
      step,
      step,
      step,
    );
    exactly<Flow<number>>()(same9);
    exactly<Flow<unknown>>()(
      orders.pipe(
        map((o) => o.id),
        step,
        step,
        step,
        step,
        step,
        step,
        step,
        step,
        step,
        map((o) => o + 1),
        io('text', (n: number) => String(n)),
      ),
    );
    exactly<Flow<Order>>()(orders.pipe());
    const composed = compose(step, step, step, step, step, step, step, step, step, step);
    exactly<StageOperator<number, unknown>>()(composed);
    io('chain', operators(step, step, step, step, step, step, step, step, step, step, { lineage: 'sync' }));
    expect(same9).toBeInstanceOf(Flow);
  });
});
