import { expect, test } from '@jest/globals';
import { ItemError, PostgresError, postgres } from '@millrace/connectors';
import { rejection, writeSink } from '../file/folder.fixture.js';
import { notesOf, ways } from './notes.fixture.js';
import { describeWithPostgres } from './with-server.fixture.js';

describeWithPostgres('what postgres.write makes of items', (server) => {
  const { context, fresh, item, items, sink, stored } = notesOf(server);

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

  test.each([
    [Promise.resolve(1), 'a promise, of which JSON keeps nothing; wait for it before'],
    [[{ name: Promise.resolve('Ada') }], 'a value with the member "name", a promise, of which JSON keeps nothing'],
    [new Map([[1, 2]]), 'a Map, of which JSON keeps nothing'],
  ])('what JSON would lose of a value is refused: %p', async (extra, problem) => {
    await fresh();
    const error = await rejection(writeSink(sink(), [{ ...item(1), extra }]));
    expect(error).toMatchObject({
      code: 'ERR_ITEM',
      index: 0,
      message: expect.stringContaining(`has in the column "extra" ${problem}`),
    });
  });

  test('a column of bytea says that it takes bytes', async () => {
    await server().query('create table if not exists bytes (v bytea)');
    const error = await rejection(writeSink(postgres.write(server().url, { table: 'bytes' }), [{ v: new ArrayBuffer(2) }]));
    expect(String(error)).toContain('an object of class ArrayBuffer; a column of type bytea takes a Uint8Array');
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
});
