import { describe, expect, test } from '@jest/globals';
import { CloneError, type LanePool } from '@millrace/workers';
import { range, start, withPool } from './outcomes.fixture.js';

const resolver = { module: new URL('./process-tasks.fixture.js', import.meta.url).href, export: 'resolve' };

/** Magic number and version. */
const emptyModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const withProcess = (body: (pool: LanePool) => Promise<unknown>): Promise<unknown> =>
  withPool({ isolation: 'process', resolver }, body);

describe('a lane that is a process', () => {
  test('is named, and has command line and environment of the program', () =>
    withProcess(async (pool) => {
      const [outcome] = await start(pool, { task: 'identity' }, [0]).done;
      const { title, pid, argv, env } = outcome!.values[0] as Record<string, unknown>;
      expect({ title, argv, env }).toEqual({ title: 'millrace-lane-0', argv: process.argv.slice(2), env: process.env });
      expect(pid).not.toBe(process.pid);
    }));

  test('W9 carries its environment, as a structured clone does: it is no plain object', () =>
    withProcess(async (pool) => {
      const [outcome] = await start(pool, { task: 'environment' }, [0]).done;
      const { env, twice } = outcome!.values[0] as Record<string, unknown>;
      expect(env).toEqual({ ...process.env });
      expect(twice).toBe(env);
    }));

  test('carries items of 20 MB and large batches, both ways', () =>
    withProcess(async (pool) => {
      const items = ['x'.repeat(20_000_000), new Uint8Array(20_000_000).fill(7), 'ä'.repeat(1_000_000)];
      const outcomes = await start(pool, { task: 'same' }, items, { batchOf: 3 }).done;
      outcomes.forEach(({ values }, i) => {
        expect(values[0] === items[i] || Buffer.compare(values[0] as Uint8Array, items[i] as Uint8Array) === 0).toBe(true);
      });
      const records = range(50_000).map((id) => ({ id, name: `n${id}`, score: id / 2 }));
      const batch = await start(pool, { task: 'same' }, records, { batchOf: 50_000 }).done;
      expect(batch.map(({ values }) => values[0])).toEqual(records);
    }));

  test('shares no memory: an input of it fails alone, and says so', () =>
    withProcess(async (pool) => {
      const items = range(10).map((id) => (id === 4 ? { id, view: new Int32Array(new SharedArrayBuffer(8)) } : { id }));
      const outcomes = await start(pool, { task: 'same' }, items, { batchOf: 10 }).done;
      expect(outcomes[4]!.error).toBeInstanceOf(CloneError);
      expect(outcomes[4]!.error).toMatchObject({
        path: 'item.view',
        message: expect.stringMatching(/a process shares no memory: use isolation 'thread'/),
      });
      expect(outcomes.filter(({ values }) => values.length === 1)).toHaveLength(9);
    }));

  test('takes nothing that only the platform can clone: an input or output of it fails alone', () =>
    withProcess(async (pool) => {
      const items = range(10).map((id) => (id === 4 ? { id, module: new WebAssembly.Module(emptyModule) } : { id }));
      const inputs = await start(pool, { task: 'same' }, items, { batchOf: 10 }).done;
      expect(inputs[4]!.error).toMatchObject({ code: 'ERR_CLONE', path: 'item.module' });
      const outputs = await start(pool, { task: 'wasm' }, range(10), { batchOf: 10 }).done;
      expect(outputs[7]!.error).toMatchObject({ code: 'ERR_CLONE', path: 'output.deep' });
      expect([inputs, outputs].map((outcomes) => outcomes.filter(({ values }) => values.length === 1).length)).toEqual([9, 9]);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('shares no memory: outputs, specs and errors with it', () =>
    withProcess(async (pool) => {
      const [output] = await start(pool, { task: 'shared' }, [0]).done;
      expect(output!.error).toMatchObject({ code: 'ERR_CLONE', path: 'output.deep.memory' });
      const [thrown] = await start(pool, { task: 'throwShared' }, [0]).done;
      expect(thrown!.error).toMatchObject({ name: 'RangeError', left: 1, memory: '[SharedArrayBuffer, not cloneable]' });
      const job = start(pool, { task: new SharedArrayBuffer(8) as unknown as string }, [0]);
      await expect(job.done).rejects.toMatchObject({ code: 'ERR_CLONE', path: 'spec.task' });
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));
});
