import { describe, expect, test } from '@jest/globals';
import { task } from '@millrace/workers';
import { delay, EMPTY, filter, map, type Observable, of, scan, take } from 'rxjs';
import { Flow, flow } from '../flow/flow.js';
import { exactly, notCalled, type Order, orders, same } from '../flow/types.fixture.js';
import type { BatchOptions, SinkOptions } from '../options/limits.js';
import { batch } from './batch.js';
import { compose } from './compose.js';
import { operators } from './operators.js';
import { cpu, io } from './stage.js';
import type { StageOperator } from './step.js';
import type { Outputs } from './task.js';

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

  test('a task that is named by module and export has the types that it is given', () => {
    const file = new URL('file:///tasks.js');
    exactly<Flow<number>>()(orders.pipe(cpu('score', task<Order, number>(file, 'score'), { key: (o) => o.id })));
    exactly<Flow<string>>()(orders.pipe(io('lines', task<Order, Promise<Generator<string>>>(file, 'lines'), { concurrency: 2 })));
    orders.pipe(
      cpu('open', task<Order, number>(file, 'score'), { setup: async () => ({ size: 1 }), teardown: ({ size }) => void size }),
    );
    notCalled(() => {
      // @ts-expect-error orders are no strings
      orders.pipe(cpu('score', task<string, number>(file, 'score')));
    });
    expect(orders).toBeInstanceOf(Flow);
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

  test('operators infer with a key and with options of their own', () => {
    const totals = orders.pipe(
      cpu(
        'totals',
        operators(
          filter((o) => o.total > 0),
          scan((sum, o) => ({ id: o.id, sum: sum.sum + o.total }), { id: 0, sum: 0 }),
        ),
        { key: (o) => o.id, workers: 2, keyIdleMs: 100 },
      ),
      io(
        'text',
        operators(
          map((total) => total.sum.toFixed(2)),
          filter((text) => text.length > 1),
          { lineage: 'sync' },
        ),
        { key: (total) => total.id },
      ),
    );
    exactly<Flow<string>>()(totals);
    exactly<Flow<number>>()(
      orders.pipe(
        io(
          'one',
          operators(
            map((o) => o.total),
            { lineage: 'sync' },
          ),
        ),
      ),
    );
    notCalled(() => {
      // @ts-expect-error there is no such lineage
      operators(take(1), { lineage: 'exact' });
      // @ts-expect-error orders have no name
      orders.pipe(cpu('named', operators(take<Order>(1)), { key: (o) => o.name }));
      // @ts-expect-error an object is no key
      orders.pipe(cpu('objects', operators(take<Order>(1)), { key: (o) => ({ id: o.id }) }));
    });
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
