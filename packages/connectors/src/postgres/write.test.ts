import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ItemError, ndjson, PostgresError, postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import { live, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { describeWithPostgres, until } from './with-server.fixture.js';
import type { PostgresWriteOptions } from './write-options.js';

type Options = Omit<PostgresWriteOptions, 'table'>;
const ways: readonly Options[] = [{ write: 'copy' }, { write: 'insert' }, { write: 'merge', key: 'id' }];

describeWithPostgres('postgres.write', (server) => {
  const context = { signal: live() };
  const item = (id: number) => ({ id, note: `note ${id}` });
  const items = (count: number, from = 1) => Array.from({ length: count }, (_, index) => item(from + index));
  const stored = () => server().query('select id, note from notes order by id');
  const isQuiet = async () => (await server().sessions()).length === 0;
  const sink = (options: Options = {}) => postgres.write(server().url, { table: 'notes', ...options });
  const fresh = async () => {
    await server().query(
      'drop table if exists notes; create table notes (id int primary key check (id <> 13), note text not null, extra jsonb)',
    );
  };

  test('rows are visible at the commit, and none before', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await writer.write(items(2), context);
      await writer.write([], context);
      await writer.write(items(3, 3), context);
      expect(await stored()).toEqual([]);
      await writer.commit();
      expect(await stored()).toEqual(items(5));
    }
  });

  test('an abort leaves nothing, also right after the opening', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await writer.write(items(3), context);
      await writer.abort(new Error('the run failed'));
      await (await sink(way).open(context)).abort('cancelled');
      expect(await stored()).toEqual([]);
      await until(isQuiet);
    }
  });

  test('a run without items commits nothing and ends', async () => {
    await fresh();
    await writeSink(sink());
    expect(await stored()).toEqual([]);
  });

  test('COPY blames the row that the server names, whatever is in it, and also one that a trigger refuses', async () => {
    await server().query(`
      create table named (id int, number int);
      create function refuse() returns trigger language plpgsql as
        $$ begin if new.id = 3 then raise exception 'no three'; end if; return new; end $$;
      create trigger refusing before insert on named for each row execute function refuse()`);
    const named = await postgres.write(server().url, { table: 'named' }).open(context);
    const odd = [
      { id: 1, number: 1 },
      { id: 2, number: 'four, line 1' },
      { id: 4, number: 4 },
    ];
    expect(await rejection(named.write(odd, context))).toMatchObject({ sqlState: '22P02', index: 1 });
    expect(
      await rejection(
        named.write(
          [1, 2, 3].map((id) => ({ id })),
          context,
        ),
      ),
    ).toMatchObject({ sqlState: 'P0001', index: 2 });
    await named.abort('refused');
  });

  test('writes at once stand in line, and all of them are there', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          writer.write(
            items(50, index * 50 + 1).filter(({ id }) => id !== 13),
            context,
          ),
        ),
      );
      await writer.commit();
      expect(await stored()).toEqual(items(1000).filter(({ id }) => id !== 13));
    }
  });

  test('an item that cannot be a row costs no other one of its batch, and says which it is', async () => {
    const bad: readonly [unknown, string][] = [
      [{ id: 2, note: 'a\0b' }, 'has in the column "note" the character NUL'],
      [{ id: 2, note: '\ud800' }, 'half of a surrogate pair'],
      [{ id: 2, note: { deep: 1 } }, 'an object of class Object; a column of type text takes texts'],
      [{ id: 2, note: ['a'] }, 'an array; a column of type text'],
      [{ id: 2, note: new Date(Number.NaN) }, 'an invalid Date'],
      [{ id: 2, note: () => 1 }, 'a function'],
      [{ id: 1.5, note: 'a' }, '1.5, which is no integer'],
      [{ id: Number.NaN, note: 'a' }, 'NaN, which is no integer'],
      [{ id: 2, nte: 'a' }, 'has the key "nte", which is no column that is written; did you mean "note"?'],
      ['text', 'is no object but string'],
      [[1], 'is an array'],
      [new Map(), 'is a Map'],
      [null, 'is no object but null'],
    ];
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await writer.write([item(0)], context);
      for (const [value, problem] of bad) {
        const error = await rejection(writer.write([item(1), value as object, item(3)], context));
        expect(error).toBeInstanceOf(ItemError);
        expect(error).toMatchObject({ code: 'ERR_ITEM', index: 1 });
        expect(String(error)).toContain('item 1 of the batch');
        expect(String(error)).toContain(problem);
      }
      await writer.write([item(1), item(3)], context);
      await writer.commit();
      expect(await stored()).toEqual([item(0), item(1), item(3)]);
    }
  });

  test('a row that the server refuses is undone with its batch alone, and blamed where the server tells it', async () => {
    const refused: readonly [object, string, boolean][] = [
      // What the column cannot read, COPY counts by line and the parameters by number.
      [{ id: 'two', note: 'a' }, '22P02', true],
      [{ id: 3_000_000_000, note: 'a' }, '22003', true],
      // What the table forbids, only COPY counts.
      [{ id: 13, note: 'a' }, '23514', false],
      [{ id: 2, note: null }, '23502', false],
    ];
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await writer.write([item(0)], context);
      for (const [value, sqlState, told] of refused) {
        const error = await rejection(writer.write([item(1), item(4), value, item(3)], context));
        expect(error).toBeInstanceOf(PostgresError);
        expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState, unreachable: false });
        expect(error).toHaveProperty('index', told || way.write === 'copy' ? 2 : undefined);
      }
      await writer.write([item(1), item(3)], context);
      await writer.commit();
      expect(await stored()).toEqual([item(0), item(1), item(3)]);
    }
  });

  test('a bad row at the start of a batch that no buffer holds is blamed, and the next batch is written', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      const long = 'x'.repeat(50_000);
      const rows = Array.from({ length: 400 }, (_, id) => ({ id: id === 1 ? 'one' : id, note: long }));
      expect(await rejection(writer.write(rows, context))).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '22P02', index: 1 });
      await writer.write(items(3), context);
      await writer.commit();
      expect(await stored()).toEqual(items(3));
    }
  });

  test('a COPY that the server refuses as a statement leaves the rows that came with it aside', async () => {
    await fresh();
    await server().query('create role copier login; grant select, insert on notes to copier');
    const url = server().url.replace('postgres://postgres@', 'postgres://copier@');
    const writer = await postgres.write(url, { table: 'notes', transaction: 'batch' }).open(context);
    await writer.write(items(3), context);
    await server().query('revoke insert on notes from copier');
    const error = await rejection(writer.write(items(5000, 100), context));
    expect(error).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '42501', index: undefined });
    await server().query('grant insert on notes to copier');
    await writer.write([item(4)], context);
    await writer.commit();
    expect(await stored()).toEqual(items(4));
    await server().query('drop owned by copier; drop role copier');
  });

  test('the first batch may be refused, and leaves the columns to the next one', async () => {
    await fresh();
    const writer = await sink().open(context);
    expect(await rejection(writer.write([{ nope: 1 }], context))).toMatchObject({ index: 0 });
    expect(String(await rejection(writer.write([{ nte: 1 }], context)))).toContain('no column of notes; did you mean "note"?');
    await writer.write([item(1)], context);
    await writer.commit();
    expect(await stored()).toEqual([item(1)]);
  });

  test('a missing key and undefined are NULL, columns that are not written get their default', async () => {
    await server().query("create table defaults (id int, a text default 'none', at timestamptz default now())");
    await writeSink(postgres.write(server().url, { table: 'defaults', columns: ['id', 'a'] }), [
      { id: 1 },
      { id: 2, a: undefined },
      { a: 'x' },
    ]);
    const rows = await server().query('select id, a, at is not null as dated from defaults order by id');
    expect(rows).toEqual([
      { id: 1, a: null, dated: true },
      { id: 2, a: null, dated: true },
      { id: null, a: 'x', dated: true },
    ]);
    await writeSink(postgres.write(server().url, { table: 'defaults' }), [{ id: 9 }]);
    expect(await server().query('select a from defaults where id = 9')).toEqual([{ a: 'none' }]);
  });

  test('dates are instants, and days in UTC', async () => {
    await server().query('create table dates (tz timestamptz, local timestamp, day date)');
    const at = new Date('2020-02-29T23:59:59.999Z');
    await writeSink(postgres.write(server().url, { table: 'dates' }), [{ tz: at, local: at, day: at }]);
    const texts = "select tz = '2020-02-29 23:59:59.999Z' as tz, local::text, day::text from dates";
    expect(await server().query(texts)).toEqual([{ tz: true, local: '2020-02-29 23:59:59.999', day: '2020-02-29' }]);
  });

  test('a column of json takes any value as its JSON', async () => {
    await fresh();
    const values = ['text', 'null', 5, true, [1, 'a'], { a: { b: null } }, new Date(0), null, undefined];
    await writeSink(
      sink(),
      values.map((extra, id) => ({ ...item(id), extra })),
    );
    const rows = await server().query<{ extra: unknown }>('select extra from notes order by id');
    expect(rows.map(({ extra }) => extra)).toEqual([
      'text',
      'null',
      5,
      true,
      [1, 'a'],
      { a: { b: null } },
      new Date(0).toJSON(),
      null,
      null,
    ]);
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const error = await rejection(writeSink(sink(), [{ ...item(20), extra: loop }]));
    expect(error).toMatchObject({ code: 'ERR_ITEM', index: 0 });
  });

  test('merge replaces rows with the same key, and the last one of a batch counts', async () => {
    await fresh();
    await writeSink(sink(), [item(1), item(2)]);
    const batch = [
      { id: 2, note: 'new' },
      item(3),
      { id: 3, note: 'newer' },
      { id: '03', note: 'newest' },
      { id: 4, note: 'x' },
      { id: ' 4', note: 'y' },
    ];
    await writeSink(sink({ write: 'merge', key: 'id' }), batch);
    expect(await stored()).toEqual([item(1), { id: 2, note: 'new' }, { id: 3, note: 'newest' }, { id: 4, note: 'y' }]);
    // Only the columns that are written change.
    await server().query(`update notes set extra = '1' where id = 1`);
    await writeSink(sink({ write: 'merge', key: ['id'] }), [{ id: 1, note: 'changed' }]);
    expect(await server().query('select note, extra from notes where id = 1')).toEqual([{ note: 'changed', extra: 1 }]);
  });

  test('rows with NULL in their key are merged with no other', async () => {
    await server().query('create table loosely (k int unique, v int)');
    await writeSink(postgres.write(server().url, { table: 'loosely', write: 'merge', key: 'k' }), [
      { k: null, v: 1 },
      { k: null, v: 2 },
      { k: 1, v: 3 },
    ]);
    expect(await server().query('select v from loosely order by v')).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
  });

  test('more values than a statement may have parameters are written by several', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `c${index}`);
    await server().query(`create table wide (${names.map((name) => `${name} int`).join(', ')})`);
    const row = Object.fromEntries(names.map((name, index) => [name, index]));
    await writeSink(
      postgres.write(server().url, { table: 'wide', write: 'insert' }),
      Array.from({ length: 700 }, () => row),
    );
    expect(await server().query('select count(*)::int as n, sum(c199)::int as s from wide')).toEqual([{ n: 700, s: 700 * 199 }]);
  });

  test('with a transaction for each batch, those of a failed run stay', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink({ ...way, transaction: 'batch' }).open(context);
      await writer.write(items(3), context);
      expect(await stored()).toEqual(items(3));
      await rejection(writer.write([item(7), item(13)], context));
      await writer.write([item(8)], context);
      await writer.abort('failed');
      expect(await stored()).toEqual([...items(3), item(8)]);
    }
  });

  test('a commit that the server refuses is an error, and nothing is there', async () => {
    await server().query(
      'create table parents (id int primary key); create table children (parent int references parents deferrable initially deferred)',
    );
    const writer = await postgres.write(server().url, { table: 'children' }).open(context);
    await writer.write([{ parent: 1 }], context);
    const error = await rejection(writer.commit());
    expect(error).toMatchObject({
      code: 'ERR_POSTGRES',
      sqlState: '23503',
      constraint: 'children_parent_fkey',
      table: 'children',
    });
    await writer.abort(error);
    expect(await server().query('table children')).toEqual([]);
    await until(isQuiet);
  });

  test('an abort of the signal ends a write that waits, and the writer goes on with the next', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      const lock = await server().hold('lock table notes in share mode');
      const controller = new AbortController();
      const writes = [1, 2].map(() => writer.write(items(3), { signal: controller.signal }));
      const reasons = Promise.all(writes.map(rejection));
      await until(async () => (await server().query('select from pg_locks where not granted')).length > 0);
      controller.abort('too slow');
      expect(await reasons).toEqual(['too slow', 'too slow']);
      await lock.release();
      await writer.write([item(5)], context);
      await writer.commit();
      expect(await stored()).toEqual([item(5)]);
    }
  });

  test('an abort while a write hangs ends both, and the session', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      const lock = await server().hold('lock table notes in share mode');
      const pending = rejection(writer.write(items(3), context));
      await until(async () => (await server().query('select from pg_locks where not granted')).length > 0);
      await writer.abort('cancelled');
      expect(await pending).toMatchObject({ code: 'ERR_POSTGRES', sqlState: '57014' });
      await until(isQuiet);
      await lock.release();
      expect(await stored()).toEqual([]);
    }
  });

  test('an opening is refused by a signal that is aborted', async () => {
    expect(await rejection(sink().open({ signal: AbortSignal.abort('stop') }))).toBe('stop');
  });

  test('a connection that is lost is told, by writes and by the commit, and never waited for', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink(way).open(context);
      await writer.write(items(3), context);
      await server().endSessions();
      await until(isQuiet);
      const error = await rejection(writer.write([item(4)], context));
      expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true });
      expect(String(error)).toContain('the connection was lost');
      const late = String(await rejection(writer.commit()));
      expect(late).toContain('the connection was lost');
      expect(late).not.toContain('not known');
      await writer.abort(error);
      expect(await stored()).toEqual([]);
    }
    await fresh();
    const writer = await sink().open(context);
    const lock = await server().hold('lock table notes in share mode');
    const pending = rejection(writer.write(items(3), context));
    await until(async () => (await server().query('select from pg_locks where not granted')).length > 0);
    await server().endSessions();
    expect(await pending).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true, sqlState: '57P01' });
    await lock.release();
    await writer.abort('lost');
  });

  test('what is wrong with the table is told by the check and by the opening', async () => {
    await fresh();
    await server().query('create role reader login; create view counts_view as select count(*) as n from pg_class');
    const url = server().url.replace('postgres://postgres@', 'postgres://reader@');
    const wrong: readonly [ReturnType<typeof sink>, string][] = [
      [postgres.write(server().url, { table: 'note' }), 'there is no table "note"; did you mean "notes"?'],
      [sink({ columns: ['id', 'nota'] }), 'no column "nota"; did you mean "note"?; its columns are id, note, extra'],
      [sink({ write: 'merge', key: 'note' }), 'cannot be merged by (note): no unique index is on just these columns'],
      [sink({ write: 'merge', key: 'idd' }), 'did you mean "id"?'],
      [postgres.write(server().url, { table: 'counts_view' }), 'cannot insert into'],
      [postgres.write(url, { table: 'notes' }), 'permission denied for table notes'],
    ];
    for (const [bad, problem] of wrong) {
      for (const attempt of [bad.open(context), bad.check!(context)]) {
        const error = await rejection(attempt);
        expect(error).toBeInstanceOf(PostgresError);
        expect(String(error)).toContain(problem);
      }
    }
    for (const way of ways) await sink(way).check?.(context);
    expect(await stored()).toEqual([]);
    await until(isQuiet);
  });

  test('a run whose bad rows are dead-lettered writes all others, in one transaction', async () => {
    const folder = new TestFolder();
    try {
      for (const [turn, way] of ways.entries()) {
        await fresh();
        const target = sink(way);
        const rejects = folder.file(`rejects-${turn}.ndjson`);
        const rows = Array.from({ length: 300 }, (_, id) => (id % 50 === 20 ? { id: 'bad', note: 'x' } : item(id)));
        const made = pipeline({ url: import.meta.url }, `letters-${turn}`, () =>
          flow(rows, { deadLetters: ndjson.write(rejects) }).to(target, {
            onError: 'deadLetter',
            batch: { items: 64 },
            concurrency: 2,
          }),
        );
        const report = await made.run();
        const good = items(300, 0).filter(({ id }) => id % 50 !== 20 && id !== 13);
        expect([report.delivered, report.deadLetters?.written]).toEqual([good.length, 7]);
        expect(await stored()).toEqual(good);
        const letters = readFileSync(rejects, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { position: number });
        expect(letters.map(({ position }) => position).sort((a, b) => a - b)).toEqual([13, 20, 70, 120, 170, 220, 270]);
      }
    } finally {
      folder.remove();
    }
  });

  test('a run that fails or is cancelled leaves nothing', async () => {
    await fresh();
    const failing = pipeline({ url: import.meta.url }, 'failing', () =>
      flow(items(2000, 0)).to(sink(), { batch: { items: 10 } }),
    );
    expect(await rejection(failing.run())).toMatchObject({
      code: 'ERR_STAGE',
      position: 13,
      cause: { code: 'ERR_POSTGRES', sqlState: '23514' },
    });
    async function* endless() {
      for (let id = 100; ; id++) {
        yield item(id);
        if (id % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const cancelled = pipeline({ url: import.meta.url }, 'cancelled', () =>
      flow(() => endless()).to(sink(), { batch: { items: 10 } }),
    );
    const run = cancelled.start();
    await until(async () => run.snapshot().delivered > 100);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
    await until(isQuiet);
    expect(await stored()).toEqual([]);
  });
});
