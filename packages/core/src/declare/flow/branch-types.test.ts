import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { P } from 'ts-pattern';
import { Flow, flow, merge, type SinkFlow } from './flow.js';
import { exactly, notCalled, type Order, orders, sinkOf } from './types.fixture.js';

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
