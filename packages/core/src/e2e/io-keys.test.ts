import { describe, expect, test } from '@jest/globals';
import { cpu, flow, io } from '@millrace/core';
import { discrepancies, local, turn, until, upTo } from './kit.fixture.js';

const customers = ['a', 'b', 'c'] as const;
const orders = upTo(60).map((n) => ({ n, customer: customers[n % 3]! }));

describe('keys of an io stage', () => {
  test('S5 S6 S7 those of one key run one after another, retries included, and leave in order; others overtake', async () => {
    const running = new Map<string, number>();
    const tried = new Set<number>();
    const began: number[] = [];
    let most = 0;
    const program = local(() =>
      flow(orders).pipe(
        io(
          'book',
          async ({ n, customer }, { attempt }) => {
            const now = (running.get(customer) ?? 0) + 1;
            running.set(customer, now);
            most = Math.max(most, now);
            if (attempt === 1) began.push(n);
            for (let i = 0; i < (n * 7) % 5; i += 1) await turn();
            running.set(customer, now - 1);
            if (n % 5 === 0 && !tried.has(n)) {
              tried.add(n);
              throw new Error('again');
            }
            return n;
          },
          { key: ({ customer }) => customer, retry: { attempts: 2, delayMs: 1 } },
        ),
      ),
    );
    const outputs: number[] = [];
    for await (const n of program.iterate()) outputs.push(n);
    expect(most).toBe(1);
    for (const list of [began, outputs]) {
      expect(list).toHaveLength(60);
      for (const rest of [0, 1, 2]) expect(list.filter((n) => n % 3 === rest)).toEqual(upTo(20).map((i) => i * 3 + rest));
    }
    expect(program.plan().stages[1]).toMatchObject({ order: 'key', concurrencyPerKey: 1, concurrency: 16 });
  });

  test('S5 as many of a key run at once as it says, and still leave in order', async () => {
    let running = 0;
    let most = 0;
    const program = local(() =>
      flow(upTo(20)).pipe(
        io(
          'book',
          async (n) => {
            running += 1;
            most = Math.max(most, running);
            for (let i = 0; i < (n * 7) % 5; i += 1) await turn();
            running -= 1;
            return n;
          },
          { key: () => 'one', concurrencyPerKey: 3 },
        ),
      ),
    );
    expect(discrepancies(await program.run())).toEqual([]);
    expect(most).toBe(3);
    const outputs: number[] = [];
    for await (const n of program.iterate()) outputs.push(n);
    expect(outputs).toEqual(upTo(20));
  });

  test('S8 a key whose first item never ends holds up no other while the window has room', async () => {
    const seen: number[] = [];
    const run = local(() =>
      flow(orders).pipe(
        io('book', ({ n, customer }) => (customer === 'a' ? new Promise<never>(() => undefined) : void seen.push(n)), {
          key: ({ customer }) => customer,
          window: 64,
        }),
      ),
    ).start();
    await until(() => seen.length === 40);
    run.cancel();
    await run.finished.catch(() => undefined);
    expect(seen).toEqual(orders.filter(({ customer }) => customer !== 'a').map(({ n }) => n));
  });

  test('S6 on the main thread a cpu stage with keys waits for those that are tried again, too', async () => {
    const seen: number[] = [];
    const program = local(() =>
      flow([0, 1, 2, 3]).pipe(
        cpu(
          'book',
          (n, { attempt }) => {
            seen.push(n);
            if (n === 0 && attempt === 1) throw new Error('again');
          },
          { isolation: 'inline', key: (n) => n % 2, retry: { attempts: 2, delayMs: 1, jitter: false } },
        ),
      ),
    );
    await program.run();
    expect(seen).toEqual([0, 1, 3, 0, 2]);
  });
});
