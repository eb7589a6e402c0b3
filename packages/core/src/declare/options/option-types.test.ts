import { describe, expect, test } from '@jest/globals';
import { map, type Observable } from 'rxjs';
import type { SetupContext, TaskContext } from '../context.js';
import { Flow, flow } from '../flow/flow.js';
import { fromObservable } from '../flow/from-observable.js';
import { exactly, notCalled, type Order, openText, orders, same, sinkOf } from '../flow/types.fixture.js';
import { batch } from '../steps/batch.js';
import { operators } from '../steps/operators.js';
import { cpu, io } from '../steps/stage.js';
import type {
  CpuOperatorsOptions,
  CpuTaskOptions,
  IoOperatorsOptions,
  IoTaskOptions,
  RunOptions,
  SinkOptions,
} from './limits.js';
import { rateLimiter } from './rate.js';

declare const observed: Observable<Order>;

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
