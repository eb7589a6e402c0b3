import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ndjson, PostgresError, postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import { rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { notesOf, ways } from './notes.fixture.js';
import { describeWithPostgres, until } from './with-server.fixture.js';

describeWithPostgres('postgres.write', (server) => {
  const { context, fresh, isQuiet, item, items, sink, stored } = notesOf(server);

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

  test('with a transaction for each batch, a connection that is lost is opened anew, and each row is written once', async () => {
    for (const way of ways) {
      await fresh();
      const writer = await sink({ ...way, transaction: 'batch' }).open(context);
      await writer.write(items(3), context);
      await server().endSessions();
      await until(isQuiet);
      await writer.write([item(4)], context);
      await writer.write([item(5)], context);
      await writer.commit();
      expect(await stored()).toEqual(items(5));
      await until(isQuiet);
    }
  });

  test('with a transaction for each batch, a run goes on when its connection is lost in the middle of a batch', async () => {
    await fresh();
    const writer = await sink({ transaction: 'batch' }).open(context);
    const lock = await server().hold('lock table notes in share mode');
    const pending = writer.write(items(3), context);
    await until(async () => (await server().query('select from pg_locks where not granted')).length > 0);
    await server().endSessions();
    await lock.release();
    await pending;
    await writer.commit();
    expect(await stored()).toEqual(items(3));
  });

  test('with a transaction for each batch, a row by which the server ends every session is told, and no other is lost', async () => {
    await fresh();
    await server().query(
      `create or replace function leave() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
       create trigger leave before insert on notes for each row when (new.id = 4) execute function leave()`,
    );
    const { delivered, stages } = await pipeline(import.meta, 'a-row-that-ends-sessions', () =>
      flow(items(6)).to(sink({ transaction: 'batch' }), { batch: { items: 6 }, onError: 'skip' }),
    ).run();
    expect([delivered, stages.at(-1)?.skipped]).toEqual([5, 1]);
    expect(await stored()).toEqual(items(6).filter(({ id }) => id !== 4));
  });

  test('a batch whose commit may have been lost is not written again', async () => {
    await fresh();
    await server().query(
      `create or replace function die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
       create constraint trigger die after insert on notes deferrable initially deferred for each row when (new.id = 2) execute function die()`,
    );
    const writer = await sink({ transaction: 'batch' }).open(context);
    await writer.write([item(1)], context);
    const error = await rejection(writer.write([item(2)], context));
    expect(error).toMatchObject({ unreachable: true, message: expect.stringContaining('it is not known whether it was') });
    expect(await rejection(writer.write([item(2)], context))).toMatchObject({ unreachable: true });
    await writer.abort(error);
    expect(await stored()).toEqual([item(1)]);
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
