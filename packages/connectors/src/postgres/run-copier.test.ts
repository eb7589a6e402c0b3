import { expect, test } from '@jest/globals';
import { postgres } from '@millrace/connectors';
import { flow, pipeline, type SinkContext, type Writer } from '@millrace/core';
import { live, rejection } from '../file/folder.fixture.js';
import { describeWithPostgres, until } from './with-server.fixture.js';

describeWithPostgres('postgres.write by one COPY for a run that fails with its first error', (server) => {
  const context = (signal = live()): SinkContext => ({ signal, onFailure: 'fail' });
  const item = (id: number | string, note: string | null = `note ${id}`) => ({ id, note });
  const items = (count: number, from = 1) => Array.from({ length: count }, (_, index) => item(from + index));
  const stored = () => server().query('select id, note from copied order by id');
  const open = () => postgres.write(server().url, { table: 'copied' }).open(context());
  const isQuiet = async () => (await server().sessions()).length === 0;
  const isWaiting = async () => (await server().query('select from pg_locks where not granted')).length > 0;
  const fresh = async () => {
    await server().query('drop table if exists copied; create table copied (id int primary key check (id <> 13), note text)');
  };
  /** Longer than what is gathered, so that a write is sent at once. */
  const long = 'x'.repeat(70_000);

  /** Writes until a write rejects: the server says by and by what it thinks of what it was sent. */
  const untilRefused = (writer: Writer<object>) =>
    rejection(
      (async () => {
        for (let id = 1000; ; id++) await writer.write([item(id, long)], context());
      })(),
    );

  test('rows are visible at the commit, and none before, in the order of the writes, whatever is in them', async () => {
    await fresh();
    const writer = await open();
    const odd = [item(1, 'tab\tline\nreturn\rbackslash\\N \\.'), item(2, null), item(3, ''), item(4, 'ä€😀'), item(5, long)];
    await writer.write(odd, context());
    await writer.write([], context());
    await Promise.all([0, 1, 2, 3].map((turn) => writer.write(items(50, 100 + turn * 50), context())));
    expect(await stored()).toEqual([]);
    await writer.commit();
    expect(await stored()).toEqual([...odd, ...items(200, 100)]);
    await until(isQuiet);
  });

  test('a run without items commits nothing and ends', async () => {
    await fresh();
    await (await open()).commit();
    await (await open()).abort('nothing');
    expect(await stored()).toEqual([]);
  });

  test('an item that cannot be a row is refused by its own write', async () => {
    await fresh();
    const writer = await open();
    await writer.write([item(1)], context());
    expect(await rejection(writer.write([item(2), item(3, 'a\0b')], context()))).toMatchObject({ code: 'ERR_ITEM', index: 1 });
    await writer.abort('failed');
    expect(await stored()).toEqual([]);
  });

  test('what the server refuses is told by the flush, or a later write, with the write and the item that are to blame', async () => {
    await fresh();
    const [early, late] = [context(), context()];
    const writer = await open();
    await writer.write(items(10), early);
    await writer.write([item(20), item('two'), item(21)], late);
    const error = await rejection(writer.flush!(context()));
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '22P02', index: 1 });
    expect((error as { context?: unknown }).context).toBe(late);
    await writer.abort(error);
    expect(await stored()).toEqual([]);

    const other = await open();
    await other.write([item('two'), item(1, long)], early);
    const told = await untilRefused(other);
    expect(told).toMatchObject({ sqlState: '22P02', index: 0 });
    expect((told as { context?: unknown }).context).toBe(early);
    await other.abort(told);
    await until(isQuiet);
  });

  test('a run fails with the position of the row, also far behind the first COPY, and leaves nothing', async () => {
    await fresh();
    const rows = Array.from({ length: 400 }, (_, id) => item(id === 390 ? 'x390' : id + 100, long));
    const made = pipeline({ url: import.meta.url }, 'far', () =>
      flow(rows).to(postgres.write(server().url, { table: 'copied' }), { batch: { items: 7 } }),
    );
    expect(await rejection(made.run())).toMatchObject({
      code: 'ERR_STAGE',
      position: 390,
      cause: { code: 'ERR_POSTGRES', sqlState: '22P02' },
    });
    expect(await stored()).toEqual([]);
    await until(isQuiet);
  });

  test('many COPYs of one run are one transaction', async () => {
    await fresh();
    const rows = Array.from({ length: 500 }, (_, id) => item(id + 100, long));
    const made = pipeline({ url: import.meta.url }, 'many', () =>
      flow(rows).to(postgres.write(server().url, { table: 'copied' })),
    );
    expect((await made.run()).delivered).toBe(500);
    const [counted] = await server().query(
      'select count(*)::int as rows, count(distinct xmin::text)::int as transactions, sum(length(note))::int as letters from copied',
    );
    expect(counted).toEqual({ rows: 500, transactions: 1, letters: 500 * long.length });
  });

  test('a COPY of writes of a single row ends in time: each of them is remembered until then', async () => {
    // Such a constraint is looked at when the statement ends.
    await server().query(
      'drop table if exists copied; create table copied (id int, note text, unique (id) deferrable initially immediate)',
    );
    const writer = await open();
    const writes = async () => {
      for (let id = 0; id < 100_000; id++) await writer.write([{ id: Math.max(1, id), note: null }], context());
    };
    const error = await rejection(writes());
    expect(error).toMatchObject({ sqlState: '23505' });
    await writer.abort(error);
  }, 30_000);

  test('a commit that the server refuses is an error, and nothing is there', async () => {
    await server().query(
      'create table elders (id int primary key); create table youngers (elder int references elders deferrable initially deferred)',
    );
    const writer = await postgres.write(server().url, { table: 'youngers' }).open(context());
    await writer.write([{ elder: 1 }], context());
    const error = await rejection(writer.commit());
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '23503' });
    await writer.abort(error);
    expect(await server().query('table youngers')).toEqual([]);
  });

  test('an abort in the midst of a COPY ends the session, also one that waits for a lock, and leaves nothing', async () => {
    await fresh();
    const writer = await open();
    await writer.write([item(1, long)], context());
    await writer.abort('cancelled');
    await until(isQuiet);

    const hanging = await open();
    const lock = await server().hold('lock table copied in share mode');
    await hanging.write([item(1, long)], context());
    await until(isWaiting);
    await hanging.abort('cancelled');
    await until(isQuiet);
    await lock.release();
    expect(await stored()).toEqual([]);
  });

  test('a write that waits for a server which reads no more ends with the reason of its signal', async () => {
    await fresh();
    const writer = await open();
    const lock = await server().hold('lock table copied in share mode');
    const controller = new AbortController();
    // The system takes some of it before it makes writes wait.
    const reason = rejection(
      (async () => {
        for (let id = 1; ; id++) await writer.write([item(id, long.repeat(10))], context(controller.signal));
      })(),
    );
    await until(isWaiting);
    controller.abort('too slow');
    expect(await reason).toBe('too slow');
    await writer.abort('too slow');
    await lock.release();
    await until(isQuiet);
    expect(await stored()).toEqual([]);
  });

  test('a query_timeout leaves no timer behind, which would hold the program, and is no limit of a COPY whose rows come slowly', async () => {
    await fresh();
    const url = `${server().url}&query_timeout=600000`;
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    for (const options of [{ transaction: 'run' }, { transaction: 'batch' }] as const) {
      const writer = await postgres.write(url, { table: 'copied', ...options }).open(context());
      const id = options.transaction === 'run' ? 1 : 2;
      await writer.write([item(id, long)], context());
      // In the midst of the COPY, too.
      expect(timers()).toBeLessThanOrEqual(before);
      await writer.flush?.(context());
      await writer.commit();
      expect(timers()).toBeLessThanOrEqual(before);
    }
    expect(await stored()).toHaveLength(2);
  });

  test('a flush ends with its signal, or after the statement_timeout of the user, while the server waits for a lock', async () => {
    await fresh();
    const options = encodeURIComponent('-c statement_timeout=2000');
    const limited = await postgres.write(`${server().url}&options=${options}`, { table: 'copied' }).open(context());
    const free = await open();
    const lock = await server().hold('lock table copied in share mode');
    await limited.write([item(1)], context());
    expect(await rejection(limited.flush!(context()))).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '57014' });
    await limited.abort('too slow');

    await free.write([item(1)], context());
    const controller = new AbortController();
    const reason = rejection(free.flush!(context(controller.signal)));
    await until(isWaiting);
    controller.abort('its time is up');
    expect(await reason).toBe('its time is up');
    await free.abort('its time is up');
    await lock.release();
    await until(isQuiet);
    expect(await stored()).toEqual([]);
  });

  test('a connection that is lost between two COPYs is told by the next write', async () => {
    await fresh();
    const writer = await open();
    const piece = 'x'.repeat(1_000_000);
    // More than one COPY takes: the last write waits for its end.
    for (let id = 0; id < 17; id++) await writer.write([item(id + 100, piece)], context());
    await server().endSessions();
    await until(isQuiet);
    const error = await untilRefused(writer);
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true });
    await writer.abort(error);
  });

  test('a connection that is lost is told, by writes or by the commit, and never waited for', async () => {
    await fresh();
    const writer = await open();
    await writer.write([item(1, long)], context());
    await server().endSessions();
    await until(isQuiet);
    const error = await untilRefused(writer);
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true });
    expect(String(await rejection(writer.commit()))).toContain('the connection was lost');
    await writer.abort(error);
    expect(await stored()).toEqual([]);
  });
});
