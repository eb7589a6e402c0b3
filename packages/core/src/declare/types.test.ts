import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { delay, EMPTY, filter, map, type Observable, of, scan, take } from 'rxjs';
import { P } from 'ts-pattern';
import { batch } from './batch.js';
import { compose } from './compose.js';
import type { SetupContext, TaskContext } from './context.js';
import type { DeadLetter } from './dead-letter.js';
import { Flow, flow, merge, SinkFlow } from './flow.js';
import { fromObservable } from './from-observable.js';
import type {
  BatchOptions,
  CpuOperatorsOptions,
  CpuTaskOptions,
  IoOperatorsOptions,
  IoTaskOptions,
  RunOptions,
  SinkOptions,
} from './limits.js';
import { operators } from './operators.js';
import { rateLimiter } from './rate.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import { cpu, io } from './stage.js';
import type { StandardSchema } from './standard-schema.js';
import type { StageOperator } from './step.js';
import type { Outputs } from './task.js';

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** Compiles only when the two types are the same, `any` and `unknown` told apart. */
function same<A, B>(..._difference: Equal<A, B> extends true ? [] : [is: A, expected: B]): void {}
/** Compiles only when the value is of exactly this type. */
function exactly<Expected>(): <Actual>(
  value: Actual,
  ...difference: Equal<Actual, Expected> extends true ? [] : [Expected]
) => void {
  return () => undefined;
}
/** For what must not compile: it is not run either. */
function notCalled(_misuse: () => unknown): void {}

interface Order {
  readonly id: number;
  readonly total: number;
  readonly lines: readonly string[];
}
const order: Order = { id: 1, total: 2, lines: ['a'] };
const orders = flow([order]);
declare const observed: Observable<Order>;
const openText = (): string => 'text';

function sinkOf<T>(name: string): Sink<T> {
  return { name, open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
}

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
        map((o) => o),
      ),
    );
    exactly<Flow<Order>>()(orders.pipe());
    expect(same9).toBeInstanceOf(Flow);
  });
});

describe('types of stages', () => {
  test('the outputs of a task are what it returns, promises and emissions taken out', () => {
    same<Outputs<number>, number>();
    same<Outputs<Promise<number>>, number>();
    same<Outputs<Generator<string, number, unknown>>, string>();
    same<Outputs<AsyncGenerator<string>>, string>();
    same<Outputs<Promise<Generator<string>>>, string>();
    same<Outputs<Observable<boolean>>, boolean>();
    same<Outputs<Observable<never>>, never>();
    same<Outputs<Promise<Observable<never> | Order>>, Order>();
    same<Outputs<number | Promise<string> | Generator<Order>>, number | string | Order>();
    same<Outputs<string[]>, string[]>();
    same<Outputs<Map<string, number>>, Map<string, number>>();
    same<Outputs<IterableIterator<number>>, IterableIterator<number>>();
    same<Outputs<Iterator<number>>, Iterator<number>>();
    same<Outputs<ReadableStream<number>>, ReadableStream<number>>();
    same<Outputs<null | undefined>, null | undefined>();
    same<Outputs<unknown>, unknown>();
    same<Outputs<ReturnType<typeof JSON.parse>>, ReturnType<typeof JSON.parse>>();
    same<Outputs<never>, never>();
    expect(same).toBeDefined();
  });

  test('generators, Observables and EMPTY are inferred in place', () => {
    const lines = orders.pipe(
      io('lines', function* (o) {
        yield* o.lines;
      }),
    );
    exactly<Flow<string>>()(lines);
    exactly<Flow<number>>()(
      lines.pipe(
        cpu('lengths', async function* (line) {
          yield line.length;
        }),
      ),
    );
    exactly<Flow<number>>()(orders.pipe(io('some', (o) => (o.total > 0 ? o.total : EMPTY))));
    exactly<Flow<number>>()(orders.pipe(io('later', async (o) => (o.total > 0 ? o.total : EMPTY))));
    exactly<Flow<number | string>>()(orders.pipe(io('both', (o) => of(o.id, o.lines.join()))));
    exactly<Flow<readonly string[]>>()(orders.pipe(cpu('values', (o) => o.lines)));
    expect(lines).toBeInstanceOf(Flow);
  });

  test('a batch is an array of what comes before it', () => {
    const batches = orders.pipe(
      map((o) => o.id),
      batch({ items: 5 }),
    );
    exactly<Flow<number[]>>()(batches);
    exactly<Flow<number>>()(
      batches.pipe(
        batch({ ms: 5 }),
        io('count', (nested) => nested.flat().length),
      ),
    );
    exactly<StageOperator<string, string[]>>()(batch<string>({ items: 1 }));
    same<keyof BatchOptions, 'capacity' | 'capacityBytes' | 'items' | 'ms'>();
    same<SinkOptions['onError'], 'fail' | 'skip' | 'deadLetter' | undefined>();
    expect(batches).toBeInstanceOf(Flow);
  });

  test('operators infer within io and cpu', () => {
    const totals = orders.pipe(
      io(
        'paid',
        operators(
          filter((o) => o.total > 0),
          map((o) => o.total),
          delay(1),
        ),
        { maxHeld: 10 },
      ),
      cpu(
        'sum',
        operators(
          scan((sum, total) => sum + total, 0),
          map((sum) => ({ sum })),
        ),
        { capacity: 10 },
      ),
      cpu('first', operators(take(1))),
    );
    exactly<Flow<{ sum: number }>>()(totals);
    expect(totals).toBeInstanceOf(Flow);
  });

  test('stages that were declared beside a flow fit by their types', () => {
    const parse = cpu('parse', (line: string) => ({ line }));
    exactly<StageOperator<string, { line: string }>>()(parse);
    notCalled(() => {
      // @ts-expect-error orders are not strings
      orders.pipe(parse);
      // @ts-expect-error a stage is not a body of a stage
      operators(parse).pipe;
      // @ts-expect-error operators(...) is a body of a stage, not an operator
      orders.pipe(operators(filter((o: Order) => o.id > 0)));
    });
    exactly<Flow<{ line: string }>>()(flow(['a']).pipe(parse));
    expect(parse).toBeInstanceOf(Function);
  });

  test('compose keeps the types from its first operator to its last', () => {
    const both = compose(
      filter((o: Order) => o.total > 0),
      cpu('id', (o) => o.id),
      map((id) => String(id)),
    );
    exactly<StageOperator<Order, string>>()(both);
    exactly<Flow<string>>()(orders.pipe(both));
    exactly<Flow<number>>()(
      orders.pipe(
        compose(
          map((o) => o.id),
          io('twice', (id) => id * 2),
        ),
      ),
    );
    expect(both).toBeInstanceOf(Function);
  });
});

describe('types of options', () => {
  test('each kind of stage takes its own', () => {
    same<
      keyof IoTaskOptions,
      | 'capacity'
      | 'capacityBytes'
      | 'concurrency'
      | 'window'
      | 'order'
      | 'key'
      | 'concurrencyPerKey'
      | 'rate'
      | 'onError'
      | 'timeoutMs'
      | 'retry'
      | 'setup'
      | 'teardown'
    >();
    same<keyof IoOperatorsOptions, 'capacity' | 'capacityBytes' | 'key' | 'maxHeld' | 'maxPending' | 'maxKeys' | 'keyIdleMs'>();
    same<
      keyof CpuTaskOptions,
      | 'capacity'
      | 'capacityBytes'
      | 'window'
      | 'order'
      | 'key'
      | 'workers'
      | 'isolation'
      | 'batch'
      | 'onError'
      | 'timeoutMs'
      | 'retry'
      | 'setup'
      | 'teardown'
      | 'transfer'
      | 'maxTasksPerWorker'
      | 'resourceLimits'
    >();
    same<
      keyof CpuOperatorsOptions,
      | 'capacity'
      | 'capacityBytes'
      | 'key'
      | 'workers'
      | 'isolation'
      | 'resourceLimits'
      | 'maxHeld'
      | 'maxPending'
      | 'maxKeys'
      | 'keyIdleMs'
    >();
    same<IoTaskOptions['order'], 'input' | 'key' | 'none' | undefined>();
    same<CpuTaskOptions['batch'], number | 'auto' | undefined>();
    same<CpuTaskOptions['isolation'], 'thread' | 'process' | 'inline' | undefined>();
    same<RunOptions['signal'], AbortSignal | undefined>();
    same<RunOptions['graceMs'], number | undefined>();
    same<NonNullable<CpuTaskOptions['resourceLimits']>['stackSizeMb'], number | undefined>();
    same<NonNullable<SinkOptions['batch']>['items'], number | undefined>();
    expect(cpu('a', (n: number) => n, { capacity: undefined })).toBeInstanceOf(Function);
  });

  test('the resource of a task is what its setup gives', () => {
    class Db {
      readonly query = (key: number): string => `row ${key}`;
      readonly close = async (): Promise<void> => {};
    }
    const openDb = (): Db => new Db();
    const rows = orders.pipe(
      cpu('sync', (o, ctx) => ctx.resource.query(o.id), { setup: () => openDb() }),
      io('async', async (row, { resource }) => resource.query(row.length), {
        setup: async () => openDb(),
        teardown: (db, { worker }) => db.close().then(() => void worker),
      }),
      cpu('told', (row: string, { resource }) => `${resource}${row}`, {
        setup: ({ worker, stage }: SetupContext) => `${stage}-${worker}`,
      }),
      cpu('by name', (row, { resource }) => ({ row, length: resource.length }), {
        setup: openText,
        teardown: (text) => void text.length,
      }),
    );
    exactly<Flow<{ row: string; length: number }>>()(rows);
    const query = (o: Order, { resource }: TaskContext<Db>): string => resource.query(o.id);
    exactly<Flow<string>>()(orders.pipe(cpu('query', query, { setup: openDb })));
    notCalled(() => {
      // @ts-expect-error there is no resource without a setup
      orders.pipe(cpu('none', (o, { resource }) => resource.query(o.id)));
      // @ts-expect-error the task wants another resource
      orders.pipe(cpu('other', query, { setup: () => 'text' }));
      // @ts-expect-error the task wants a resource
      orders.pipe(cpu('missing', query));
      // @ts-expect-error the teardown takes another resource
      orders.pipe(cpu('teardown', (o) => o, { setup: openDb, teardown: (db: string) => void db }));
      // @ts-expect-error one chain of operators has no resource
      orders.pipe(cpu('chain', operators(map((o: Order) => o)), { setup: openDb }));
    });
    exactly<Flow<undefined>>()(orders.pipe(io('undefined', (_, { resource }) => resource)));
    expect(rows).toBeInstanceOf(Flow);
  });

  test('unknown, misplaced and later ones do not compile', () => {
    const task = (n: number): number => n;
    const chain = operators(map(task));
    notCalled(() => {
      // @ts-expect-error unknown
      io('a', task, { concurency: 1 });
      // @ts-expect-error of io
      cpu('a', task, { concurrency: 1 });
      // @ts-expect-error of cpu
      io('a', task, { workers: 1 });
      // @ts-expect-error of tasks
      io('a', chain, { concurrency: 1 });
      // @ts-expect-error of tasks
      cpu('a', chain, { batch: 1 });
      // @ts-expect-error of operators
      cpu('a', task, { maxHeld: 1 });
      // @ts-expect-error a limit of what time
      io('a', task, { rate: { limit: 2 } });
      // @ts-expect-error of io
      cpu('a', task, { rate: { limit: 2, perMs: 1 } });
      // @ts-expect-error of another item
      flow([1]).pipe(io('a', task, { rate: rateLimiter({ limit: 2, perMs: 1, key: (text: string) => text }) }));
      // @ts-expect-error of another item
      flow([1]).pipe(io('a', task, { rate: { limit: 2, perMs: 1, key: (text: string) => text } }));
      // @ts-expect-error no policy
      fromObservable(observed, { capacity: 1 });
      // @ts-expect-error it cannot be made to wait
      fromObservable(observed, { overflow: 'wait' });
      // @ts-expect-error unknown
      io('a', task, { retry: { attemps: 2 } });
      // @ts-expect-error a promise is always true
      io('a', task, { retry: { when: async () => false } });
      // @ts-expect-error of io
      cpu('a', task, { concurrencyPerKey: 1 });
      // @ts-expect-error no key
      cpu('a', task, { key: () => ({}) });
      // @ts-expect-error of another item
      flow([1]).pipe(cpu('a', task, { key: (text: string) => text }));
      // @ts-expect-error no such place
      cpu('a', task, { isolation: 'fork' });
      cpu('a', task, { onError: 'skip' });
      // @ts-expect-error no such fate
      cpu('a', task, { onError: 'drop' });
      // @ts-expect-error not a number
      io('a', task, { concurrency: '1' });
      // @ts-expect-error null is not absence
      io('a', task, { concurrency: null });
      // @ts-expect-error unknown
      flow([1]).toArray({ worker: 1 });
      // @ts-expect-error later
      flow([1]).toArray({ checkpoint: 'x' });
      // @ts-expect-error unknown
      flow([1]).to(sinkOf<number>('a'), { batch: { seconds: 1 } });
      // @ts-expect-error a stage takes it, a sink does not
      flow([1]).to(sinkOf<number>('a'), { window: 1 });
      // @ts-expect-error what is it full at?
      flow([1]).pipe(batch());
    });
    expect(chain).toBeDefined();
  });
});

describe('types of branches', () => {
  interface Sale {
    readonly kind: 'sale';
    readonly total: number;
  }
  interface Refund {
    readonly kind: 'refund';
    readonly of: string;
  }
  interface Note {
    readonly kind: 'note';
    readonly level: 'low' | 'high';
  }
  const records = flow<Sale | Refund | Note>([]);
  const anywhere = sinkOf<unknown>('anywhere');

  test('G1 each branch has the items that its pattern matches, and otherwise those that are left', () => {
    notCalled(() => {
      const done = records.route((r) =>
        r
          .when('sales', { kind: 'sale' }, (f) => {
            exactly<Flow<Sale>>()(f);
            return f.pipe(map((sale) => sale.total)).to(sinkOf<number>('totals'));
          })
          .otherwise('rest', (f) => {
            exactly<Flow<Refund | Note>>()(f);
            return f.to(anywhere);
          }),
      );
      exactly<SinkFlow>()(done);
    });
    expect(records).toBeInstanceOf(Flow);
  });

  test('G2 exhaustive compiles when nothing of a union is left, deep inside of it too, and not before', () => {
    notCalled(() => {
      const open = records.route((r) =>
        r
          .when('sales', { kind: 'sale' }, (f) => f.pipe(map((sale) => sale.total)))
          .when('refunds', { kind: 'refund' }, (f) => f.pipe(map((refund) => refund.of)))
          .when('low', { kind: 'note', level: 'low' }, (f) => f.to(anywhere))
          .when('high', { kind: 'note', level: 'high' }, (f) => f.to(anywhere))
          .exhaustive(),
      );
      exactly<Flow<number | string>>()(open);
      records.route((r) => {
        const two = r
          .when('sales', { kind: 'sale' }, (f) => f.to(anywhere))
          .when('low', { kind: 'note', level: 'low' }, (f) => f.to(anywhere));
        // @ts-expect-error refunds are left, and notes of a high level
        return two.exhaustive();
      });
      records.route((r) =>
        r
          .when('two', { kind: P.union('sale', 'refund') }, (f) => {
            exactly<Flow<Sale | Refund>>()(f);
            return f.to(anywhere);
          })
          .when('notes', { kind: 'note' }, (f) => f.to(anywhere))
          .exhaustive(),
      );
    });
    expect(records).toBeInstanceOf(Flow);
  });

  test('G2 a pattern with a condition leaves all that it may not take', () => {
    notCalled(() => {
      records.route((r) => {
        const some = r
          .when('large', { kind: 'sale', total: P.when((total: number) => total > 100) }, (f) => {
            exactly<Flow<Sale>>()(f);
            return f.to(anywhere);
          })
          .when('positive', { kind: 'sale', total: P.number.positive() }, (f) => f.to(anywhere))
          .when('refunds', { kind: 'refund' }, (f) => f.to(anywhere))
          .when('notes', { kind: 'note' }, (f) => f.to(anywhere));
        // @ts-expect-error some sales are left
        return some.exhaustive();
      });
    });
    expect(records).toBeInstanceOf(Flow);
  });

  test('conditions are written in place, with the type of the items', () => {
    notCalled(() => {
      flow([1]).route((r) =>
        r
          .when(
            'large',
            P.when((n) => n > 1),
            (f) => f,
          )
          .when('positive', P.number.gt(0), (f) => f)
          .otherwise('rest', (f) => f.pipe(map((n) => n + 1))),
      );
      orders.route((r) =>
        r
          .when(
            'dear',
            P.when((o: Order) => o.total > 1),
            (f) => f.pipe(map((o) => o.id)),
          )
          .when('free', { total: P.when((total) => total === 0) }, (f) => f.pipe(map((o) => o.id)))
          .otherwise('rest', (f) => f.pipe(map((o) => o.id))),
      );
    });
    expect(records).toBeInstanceOf(Flow);
  });

  test('G2 what is no union may be declared exhaustive', () => {
    notCalled(() => {
      const anything: Flow<unknown> = flow<unknown>([]);
      const texts = anything.route((r) =>
        r
          .when('texts', P.string, (f) => {
            exactly<Flow<string>>()(f);
            return f;
          })
          .when('rows', { id: P.number }, (f) => {
            return f.pipe(map((row) => row.id)).to(sinkOf<number>('ids'));
          })
          .exhaustive(),
      );
      exactly<Flow<string>>()(texts);
      flow([1]).route((r) => r.when('ones', 1, (f) => f.to(anywhere)).exhaustive());
    });
    expect(records).toBeInstanceOf(Flow);
  });

  test('a branch of other items, a branch that gives nothing, and a route without an end do not compile', () => {
    notCalled(() => {
      records.route((r) =>
        // @ts-expect-error refunds have no total
        r.when('refunds', { kind: 'refund' }, (f) => f.pipe(map((refund) => refund.total))).otherwise('rest', (f) => f),
      );
      // @ts-expect-error no such kind
      records.route((r) => r.when('gifts', { kind: 'gift' }, (f) => f).otherwise('rest', (f) => f));
      // @ts-expect-error a branch gives its flow
      records.route((r) => r.otherwise('rest', () => {}));
      // @ts-expect-error .exhaustive() or .otherwise() is missing
      records.route((r) => r.when('sales', { kind: 'sale' }, (f) => f));
      // @ts-expect-error a tee has ended
      records.tee('audit', (f) => f);
      // @ts-expect-error one of them has ended
      merge(records, records.to(anywhere));
    });
    exactly<Flow<Sale | Refund | Note>>()(records.tee('audit', (f) => f.to(anywhere)));
    exactly<Flow<number | string>>()(merge(flow([1]), flow(['a'])));
    exactly<Flow<number>>()(merge(flow([1]), flow([2]), flow([3])));
  });
});
