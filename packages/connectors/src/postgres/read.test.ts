import { expect, test } from '@jest/globals';
import { PostgresError, postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import fc from 'fast-check';
import { live, readPulls, rejection } from '../file/folder.fixture.js';
import { heapUsed } from '../heap.fixture.js';
import { opened, rowsOf, urlAs } from './session.fixture.js';
import { describeWithPostgres, until } from './with-server.fixture.js';

describeWithPostgres('postgres.read', (server) => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => ({ n: index + 1 }));
  const series = 'select n from generate_series(1, $1::int) n';
  /** Each row takes a lock, by which the rows that the server has made are counted. */
  const counted = 'select n, pg_try_advisory_lock(n) from generate_series(1, 100000) n';
  const made = async () => {
    const [row] = await server().query<{ n: number }>("select count(*)::int as n from pg_locks where locktype = 'advisory'");
    return row!.n;
  };
  const isQuiet = async () => (await server().sessions()).length === 0;

  test('all rows of a query come in order, no pull has more than fetch, each knows its place', async () => {
    for (const [fetch, pulls] of [
      [1024, [1024, 1024, 452]],
      [1250, [1250, 1250]],
      [5000, [2500]],
    ] as const) {
      const reading = await rowsOf(server(), { query: series, parameters: [2500], fetch });
      expect(reading.error).toBeUndefined();
      expect(reading.items).toEqual(numbers(2500));
      expect(reading.pulls).toEqual(pulls);
      expect([0, 1024, 2499].map(reading.origin)).toEqual(['query:1', 'query:1025', 'query:2500']);
    }
    expect(postgres.read(server().url, { query: series, fetch: 7 }).maxPull).toBe(7);
  });

  test('a query without rows has no items', async () => {
    expect(await rowsOf(server(), { query: series, parameters: [0] })).toMatchObject({ items: [], error: undefined });
  });

  test('parameters of every kind reach the query as they are', async () => {
    const query =
      'select $1::text as t, $2::bigint as i, $3::bool as o, $4::bytea as y, $5::text[] as a, $6::int as z, $7::timestamptz as d';
    const date = new Date(1234567890123);
    const parameters = ["'; drop table x --", 12n, true, Buffer.from([0, 1]), ['a"', null, '\\'], null, date];
    const { items, error } = await rowsOf(server(), { query, parameters });
    expect(error).toBeUndefined();
    expect(items).toEqual([
      { t: parameters[0], i: 12, o: true, y: Buffer.from([0, 1]), a: ['a"', null, '\\'], z: null, d: date },
    ]);
  });

  test('a cursor makes no row that nobody asks for', async () => {
    const iterator = opened(server(), { query: counted, fetch: 10 });
    expect((await iterator.next()).value?.items).toHaveLength(10);
    // Whatever the server still did would be done before its next statement begins: it is idle, and waits.
    await until(async () => (await server().sessions()).some(({ state }) => state === 'idle in transaction'));
    expect(await made()).toBe(10);
    await iterator.next();
    expect(await made()).toBe(20);
    await iterator.return?.();
    await until(isQuiet);
  });

  test('a pipeline reads no further than its queues have room', async () => {
    const { url } = server();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = pipeline({ url: import.meta.url }, 'slow', () =>
      flow(postgres.read(url, { query: counted, fetch: 10 })).to(
        {
          name: 'held',
          open: async () => ({ write: () => held, commit: async () => {}, abort: async () => {} }),
        },
        { capacity: 20, batch: { items: 10 } },
      ),
    );
    const run = slow.start();
    await until(async () => (await made()) >= 20);
    await until(async () => (await server().sessions()).every(({ state }) => state === 'idle in transaction'));
    expect(await made()).toBeLessThan(100);
    run.cancel();
    release();
    await rejection(run.finished);
    await until(isQuiet);
  });

  test('a cursor sees one snapshot, though rows change meanwhile', async () => {
    await server().query('create table snap as select n from generate_series(1, 100) n');
    const iterator = opened(server(), { table: 'snap', fetch: 10 });
    const first = await iterator.next();
    await server().query('delete from snap; insert into snap values (1000)');
    const rest = await readPulls({ [Symbol.asyncIterator]: () => iterator as AsyncIterator<never> });
    expect([...first.value!.items, ...rest.items]).toEqual(numbers(100));
  });

  test('a query cannot write', async () => {
    await server().query(
      'create table kept as select 1 as n; create function wipe() returns int language sql as $$delete from kept returning n$$',
    );
    const { error } = await rowsOf(server(), { query: 'select wipe()' });
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '25006' });
    expect((await rowsOf(server(), { query: 'delete from kept returning n' })).error).toMatchObject({ code: 'ERR_POSTGRES' });
    expect(await server().query('table kept')).toHaveLength(1);
  });

  test('two openings read independently', async () => {
    const source = postgres.read(server().url, { query: series, parameters: [30], fetch: 10 });
    const iterator = source.open({ signal: live() })[Symbol.asyncIterator]();
    const one = await iterator.next();
    expect((await readPulls(source.open({ signal: live() }))).items).toEqual(numbers(30));
    expect(one.value?.items).toEqual(numbers(10));
    expect((await iterator.next()).value?.items).toEqual(numbers(20).slice(10));
    await iterator.return?.();
  });

  test('return() before the first pull opens nothing', async () => {
    const iterator = postgres
      .read('postgres://nowhere.invalid/x', { query: 'select 1' })
      .open({ signal: live() })
      [Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toMatchObject({ done: true });
  });

  test('an abort ends a query that hangs, and the server ends it too', async () => {
    for (const options of [
      { query: 'select pg_sleep(1000)' },
      { query: 'select n, case n when 15 then pg_sleep(1000) end as s from generate_series(1, 20) n', fetch: 10 },
    ]) {
      const controller = new AbortController();
      const iterator = opened(server(), options, controller.signal);
      if (options.fetch !== undefined) await iterator.next();
      const pending = iterator.next();
      await until(async () =>
        (await server().sessions()).some(({ state, query }) => state === 'active' && query.startsWith('fetch')),
      );
      controller.abort('enough');
      expect(await rejection(pending)).toBe('enough');
      await until(isQuiet);
    }
  });

  test('an abort ends a wait for a lock, before any row', async () => {
    await server().query('create table locked_one as select 1 as n');
    const lock = await server().hold('lock table locked_one in access exclusive mode');
    const controller = new AbortController();
    const pending = opened(server(), { table: 'locked_one' }, controller.signal).next();
    await until(async () => (await server().query('select from pg_locks where not granted')).length > 0);
    controller.abort('enough');
    expect(await rejection(pending)).toBe('enough');
    await until(isQuiet);
    await lock.release();
  });

  test('a run that is cancelled while its query hangs ends, and its session too', async () => {
    const { url } = server();
    const hanging = pipeline({ url: import.meta.url }, 'hanging', () =>
      flow(postgres.read(url, { query: 'select pg_sleep(1000)' })),
    );
    const run = hanging.start();
    await until(async () =>
      (await server().sessions()).some(({ state, query }) => state === 'active' && query.startsWith('fetch')),
    );
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
    await until(isQuiet);
  });

  test('an abort before the first pull opens nothing', async () => {
    const iterator = opened(server(), { query: 'select 1' }, AbortSignal.abort('never'));
    expect(await rejection(iterator.next())).toBe('never');
  });

  test('an abort between pulls ends the next one', async () => {
    const controller = new AbortController();
    const iterator = opened(server(), { query: counted, fetch: 10 }, controller.signal);
    await iterator.next();
    controller.abort('enough');
    expect(await rejection(iterator.next())).toBe('enough');
    await until(isQuiet);
  });

  test('a session that the server ends is an error that says so, at the next pull and during one', async () => {
    const idle = opened(server(), { query: counted, fetch: 10 });
    await idle.next();
    const busy = opened(server(), { query: 'select pg_sleep(1000)' });
    const pending = rejection(busy.next());
    await until(async () => (await server().sessions()).some(({ query }) => query.startsWith('fetch 1024')));
    await server().endSessions();
    await until(isQuiet);
    // What the server said is there by then, and is read in this turn of the loop: a query that is written before it meets a closed socket.
    await new Promise((resolve) => setImmediate(resolve));
    for (const error of [await pending, await rejection(idle.next())]) {
      expect(error).toBeInstanceOf(PostgresError);
      expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true, sqlState: '57P01' });
      expect(String(error)).toContain('the connection was lost: terminating connection due to administrator command');
    }
  });

  test('by key, a table is read in ranges whose rows are all there once, whatever the size of a range', async () => {
    await server().query(`
      create table pairs (a int, b text collate "C", v int, primary key (a, b));
      insert into pairs select n % 7, chr(200 + n) || n, n from generate_series(1, 100) n;
      create table longs (id bigint primary key);
      insert into longs values (-9223372036854775808), (9007199254740993), (9223372036854775807), (0);
      create table moments (at timestamptz primary key);
      insert into moments select '2020-01-01Z'::timestamptz + n * interval '1 microsecond' from generate_series(1, 50) n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), async (fetch) => {
        const pairs = await rowsOf(server(), { table: 'pairs', key: ['a', 'b'], columns: ['v'], fetch });
        expect(pairs.error).toBeUndefined();
        expect(pairs.items).toEqual(await server().query('select v from pairs order by a, b'));
        const longs = await rowsOf(server(), { table: 'longs', key: 'id', bigIntegers: 'bigint', fetch });
        expect(longs.items.map(({ id }) => id)).toEqual([-(2n ** 63n), 0n, 2n ** 53n + 1n, 2n ** 63n - 1n]);
        // A Date has no microseconds, the key has.
        expect((await rowsOf(server(), { table: 'moments', key: 'at', fetch, instants: 'truncate' })).items).toHaveLength(50);
      }),
      { numRuns: 12, endOnFailure: true },
    );
    const { origin } = await rowsOf(server(), { table: 'pairs', key: ['a', 'b'], fetch: 3 });
    expect(origin(0)).toMatch(/^pairs\[a=0, b=.*\]$/);
  });

  test('by key, what tells the origins does not keep the rows', async () => {
    await server().query(
      "create table wide (id int primary key, body text); insert into wide select n, repeat('x', 20000) from generate_series(1, 1500) n",
    );
    const origins: ((index: number) => string)[] = [];
    const before = heapUsed();
    const { url } = server();
    const pulls = postgres.read(url, { table: 'wide', key: 'id', fetch: 100 }).open({ signal: live() });
    for await (const { origin } of pulls) origins.push(origin!);
    // The rows are 30 MB.
    expect(heapUsed() - before).toBeLessThan(10_000_000);
    expect([origins[0]?.(0), origins[14]?.(99)]).toEqual(['wide[id=1]', 'wide[id=1500]']);
  });

  test('by key, no transaction stays open between pulls, and a reading starts behind any offset', async () => {
    await server().query('create table steps (id int primary key); insert into steps select n from generate_series(1, 30) n');
    const iterator = opened(server(), { table: 'steps', key: 'id', fetch: 10 });
    const { value } = await iterator.next();
    await until(async () => (await server().sessions()).every(({ state }) => state === 'idle'));
    await iterator.return?.();
    const { after } = value!.offset as { after: string[] };
    const { items } = await rowsOf(server(), { table: 'steps', key: 'id', after, fetch: 7 });
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => n + 11));
    expect((await rowsOf(server(), { table: 'steps', key: 'id', after: [29] })).items).toEqual([{ id: 30 }]);
  });

  test('a key by which rows could be lost is refused', async () => {
    await server().query(`
      create table loose (id int not null, maybe int unique, part int not null, low int not null, unique (id, part));
      create unique index on loose (low) where low > 0;
      create view seen as select * from loose;
      create table parent (id int primary key); create table child () inherits (parent)`);
    for (const [table, key, why] of [
      ['loose', 'id', 'no unique index of it lies within the columns (id)'],
      ['loose', 'maybe', 'its column "maybe" may be null'],
      ['loose', 'low', 'no unique index'],
      ['seen', 'id', 'may be null'],
      ['parent', 'id', 'no unique index'],
      ['loose', 'idd', 'the table "loose" has no column "idd"; did you mean "id"?'],
    ] as const) {
      expect(String((await rowsOf(server(), { table, key })).error)).toContain(why);
      await expect(postgres.read(server().url, { table, key }).check?.({ signal: live() })).rejects.toThrow(why);
    }
    expect((await rowsOf(server(), { table: 'loose', key: ['part', 'low', 'id'] })).error).toBeUndefined();
  });

  test('the check connects and plans, and runs nothing', async () => {
    const check = (options: Parameters<typeof postgres.read>[1]) =>
      postgres.read(server().url, options).check!({ signal: live() });
    await check({ query: 'select pg_sleep(1000)' });
    await check({ query: series, parameters: [3] });
    await check({ table: 'pg_class' });
    await check({ table: 'pg_catalog.pg_class', key: 'oid' });
    const error = await rejection(check({ query: 'select 1,\n  nme from (select 1 as name) t' }));
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '42703', unreachable: false });
    expect(String(error)).toContain('column "nme" does not exist (line 2, column 3 of the query)');
    expect(String(await rejection(check({ query: series })))).toContain('parameter');
    expect(String(await rejection(check({ query: 'select 1; drop table x' })))).toContain('multiple commands');
    for (const query of [
      'delete from x returning id',
      '/* why */ -- not\n  show all',
      `${'/* why */\n'.repeat(40)}delete from x`,
    ]) {
      const refused = await rejection(check({ query }));
      expect(refused).toMatchObject({
        sqlState: '42601',
        hint: expect.stringMatching(/^it is read by a cursor, .* select, values/),
      });
    }
    for (const query of ['(select 1 frm x)', '-- rows\nwith a as (select 1) select * a', 'values (1']) {
      expect(await rejection(check({ query }))).toMatchObject({ sqlState: '42601', hint: undefined });
    }
    await server().query('create table customers (id int)');
    expect(String(await rejection(check({ table: 'custmers' })))).toContain(
      'there is no table "custmers"; did you mean "customers"?',
    );
    expect(String(await rejection(check({ table: 'customers', columns: ['idd'] })))).toContain(
      'did you mean "id"?; its columns are id',
    );
    await until(isQuiet);
  });

  test('two columns of one name are refused', async () => {
    expect(String((await rowsOf(server(), { query: 'select 1 as a, 2 as a' })).error)).toContain('two columns named "a"');
  });

  test('a server that cannot be reached is told from a query that is wrong, and no text holds the password', async () => {
    await server().query("create role locked login password 'right s3cret'");
    const attempts = [
      ['postgres://me:s3cret@127.0.0.1:1/db', true, '127.0.0.1:1/db: nothing listens there'],
      ['postgres://me:s3cret@nowhere.invalid/db', true, 'nowhere.invalid:5432/db'],
      [urlAs(server(), 'locked'), false, 'the server wants a password, and the URL has none'],
      [urlAs(server(), 'locked', 'wrong s3cret'), false, 'password authentication failed'],
      [`${urlAs(server(), 'postgres')}`.replace('/postgres?', '/nosuch?'), false, 'database "nosuch" does not exist'],
    ] as const;
    for (const [url, unreachable, text] of attempts) {
      const source = postgres.read(url, { query: 'select 1' });
      for (const error of [
        await rejection(source.check!({ signal: live() })),
        (await readPulls(source.open({ signal: live() }))).error,
      ]) {
        expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable });
        expect(String(error)).toContain(text);
        expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain('s3cret');
      }
    }
    await postgres.read(urlAs(server(), 'locked', 'right s3cret'), { query: 'select 1' }).check?.({ signal: live() });
  });

  test('what the driver makes of types elsewhere is left alone', async () => {
    await rowsOf(server(), { query: "select 1::bigint as a, now() as b, '{}'::json as c" });
    expect(await server().query("select 1::bigint as a, '{1}'::int[] as b")).toEqual([{ a: '1', b: [1] }]);
  });
});
