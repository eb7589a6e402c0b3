import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type LaneEvent, TimeoutError, WorkerDeathError } from '@millrace/workers';
import { isolation, range, start, withPool } from './outcomes.fixture.js';

const at = (name: string): { resolver: { module: string; export: string } } => ({
  resolver: { module: new URL(name, import.meta.url).href, export: 'resolve' },
});

describe('a lane that dies', () => {
  test.each([
    ['exitAt7', { exitCode: 3 }],
    ['throwLaterAt7', { cause: { name: 'Broken', code: 'E_BROKEN', row: 7 } }],
    ['rejectUnheardAt7', { cause: { name: 'Broken', code: 'E_BROKEN', row: 7 } }],
    ['complainAndExitAt7', { exitCode: 9, lastStderrLine: 'no disk left' }],
  ])('%s: names the running item alone, and is replaced', (task, death) =>
    withPool({ size: 2 }, async (pool) => {
      const outcomes = await start(pool, { task }, range(40)).done;
      expect(outcomes[7]!.death).toBeInstanceOf(WorkerDeathError);
      expect(outcomes[7]!.death).toMatchObject(death);
      expect(outcomes.filter(({ values }) => values.length === 1)).toHaveLength(39);
      expect(pool.lanes.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(1);
    }),
  );

  // What a process says when it is out of memory makes jest believe that it is so itself: see process-death.test.
  if (isolation() === 'thread')
    test('out of memory: the worker dies, the process lives', () =>
      withPool({ resourceLimits: { maxOldGenerationSizeMb: 24 } }, async (pool) => {
        const outcomes = await start(pool, { task: 'memoryAt7' }, range(20)).done;
        expect(outcomes[7]!.death).toMatchObject({ cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
        expect(outcomes.filter(({ values }) => values.length === 1)).toHaveLength(19);
      }));

  test('tells what happens to it', async () => {
    const events: LaneEvent['kind'][] = [];
    await withPool({ onLane: ({ kind }) => events.push(kind) }, (pool) => start(pool, { task: 'exitAt7' }, range(20)).done);
    expect(events).toEqual(['ready', 'died', 'replaced', 'ready']);
  });

  test('is not replaced beyond its restarts, and the job is broken with the death as cause', () =>
    withPool({ maxRestarts: 2 }, async (pool) => {
      const job = start(pool, { task: 'exitAt7' }, new Array(10).fill(7), { maxBatch: 1 });
      await expect(job.done).rejects.toMatchObject({ cause: { code: 'ERR_WORKER_DEATH', exitCode: 3 } });
      expect(job.outcomes.filter(({ death }) => death !== undefined)).toHaveLength(3);
      expect(pool.lanes[0]!.restarts).toBe(2);
      const next = start(pool, { task: 'double' }, range(1));
      await expect(next.done).rejects.toThrow(/died more often/);
    }));

  test('while it loads a job: charged to the restarts', () =>
    withPool({ maxRestarts: 1 }, async (pool) => {
      const job = start(pool, { load: 'exit' }, range(1));
      await expect(job.done).rejects.toMatchObject({ cause: { exitCode: 5 } });
      expect(job.deaths).toHaveLength(2);
    }));

  test.each(['loop', 'never'])('a job whose loading ends not (%s) is broken after startTimeoutMs', (load) =>
    withPool({ startTimeoutMs: 5000 }, async (pool) => {
      await expect(start(pool, { load }, range(1)).done).rejects.toBeInstanceOf(TimeoutError);
      await start(pool, { task: 'double' }, range(3)).done;
    }),
  );

  test('for the sake of a job that does not load: what else it runs is not charged with it', () =>
    withPool({ startTimeoutMs: 5000, maxRestarts: 0 }, async (pool) => {
      const folder = mkdtempSync(join(tmpdir(), 'once-'));
      // Nothing is put behind an item of a task that is not known to be brief.
      writeFileSync(join(folder, 'brief'), '');
      const items = [join(folder, 'brief'), join(folder, 'begun')];
      const replied = new EventEmitter();
      const other = start(pool, { task: 'neverAtFirst' }, items, { maxBatch: 1, onReply: () => replied.emit('reply') });
      await once(replied, 'reply');
      const job = start(pool, { load: 'never' }, range(1));
      await expect(job.done).rejects.toBeInstanceOf(TimeoutError);
      expect(await other.done).toEqual([{ values: ['again'] }, { values: ['again'] }]);
      expect([other.suspects, pool.lanes[0]!.restarts]).toEqual([['none'], 1]);
      rmSync(folder, { recursive: true });
    }));

  test('a resolver that throws at top level breaks all jobs with its error, without restarts', () =>
    withPool({ size: 2, ...at('./throwing-module.fixture.js') }, async (pool) => {
      await expect(start(pool, { task: 'double' }, range(1)).done).rejects.toBeInstanceOf(RangeError);
      await expect(start(pool, { task: 'double' }, range(1)).done).rejects.toThrow('thrown at top level');
      expect(pool.lanes.map(({ restarts }) => restarts)).toEqual([0, 0]);
    }));

  test('a resolver that is not there breaks all jobs', async () => {
    await withPool(at('./missing.js'), async (pool) => {
      await expect(start(pool, { task: 'double' }, range(1)).done).rejects.toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
    });
    const other = { resolver: { ...at('./tasks.fixture.js').resolver, export: 'resolv' } };
    await withPool(other, async (pool) => {
      await expect(start(pool, { task: 'double' }, range(1)).done).rejects.toThrow(
        /no function 'resolv' among its exports: resolve/,
      );
    });
  });

  test('a resolver that never loads is given up after startTimeoutMs', () =>
    withPool({ startTimeoutMs: 400, maxRestarts: 0, ...at('./waiting-module.fixture.js') }, async (pool) => {
      const job = start(pool, { task: 'double' }, range(1));
      await expect(job.done).rejects.toMatchObject({ cause: { code: 'ERR_WORKER_DEATH', cause: { code: 'ERR_TIMEOUT' } } });
    }));
});
