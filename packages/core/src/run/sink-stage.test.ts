import { describe, expect, test } from '@jest/globals';
import type { Writer } from '../declare/sink.js';
import { Edge } from '../queue/index.js';
import { Meter } from './meter.js';
import { SinkStage } from './sink-stage.js';
import { planOf, quiet, RecordingHost } from './stage.fixture.js';

/** A writer whose calls wait until the test lets them go. */
class HeldWriter implements Writer<unknown> {
  readonly calls: string[] = [];
  #pending: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;

  #call(text: string): Promise<void> {
    this.calls.push(text);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
  }

  readonly write = (items: readonly unknown[]): Promise<void> => this.#call(`write ${items.join(',')}`);
  readonly commit = (): Promise<void> => this.#call('commit');
  readonly abort = (): Promise<void> => this.#call('abort');

  async succeed(): Promise<void> {
    this.#pending?.resolve();
    await quiet();
  }

  async fail(error: unknown): Promise<void> {
    this.#pending?.reject(error);
    await quiet();
  }
}

function bench(writer: Writer<unknown>, batch = 2) {
  const edge = new Edge(100);
  const host = new RecordingHost();
  const context = { signal: new AbortController().signal, sources: ['in'] };
  const stage = new SinkStage(planOf('out', { kind: 'sink', batch }), edge, writer, context, host, new Meter(0));
  const push = (...positions: number[]): void => {
    for (const position of positions) edge.push(position, position);
  };
  return { edge, host, stage, push };
}

describe('SinkStage', () => {
  test('writes what has come, at most a batch, one write at a time, and commits after END when it may', async () => {
    const writer = new HeldWriter();
    const { edge, stage, push } = bench(writer);
    push(0, 1, 2);
    stage.step();
    stage.step();
    expect(writer.calls).toEqual(['write 0,1']);
    expect([stage.held, stage.lowestPosition(0), stage.load, stage.activity]).toEqual([2, 0, 1, 'busy']);
    await writer.succeed();
    expect([stage.held, stage.lowestPosition(0), stage.load, stage.activity]).toEqual([0, undefined, 0, 'starved']);
    edge.end();
    stage.step();
    await writer.succeed();
    stage.step();
    expect([stage.written, writer.calls]).toEqual([true, ['write 0,1', 'write 2']]);
    stage.commit();
    expect(writer.calls).toEqual(['write 0,1', 'write 2', 'commit']);
    expect(stage.ended).toBe(false);
    await writer.succeed();
    stage.step();
    expect([stage.ended, stage.committed, stage.counts.ok]).toEqual([true, true, 3]);
  });

  test('without any item it commits', async () => {
    const writer = new HeldWriter();
    const { edge, stage } = bench(writer);
    stage.step();
    expect(writer.calls).toEqual([]);
    edge.end();
    stage.step();
    stage.commit();
    expect(writer.calls).toEqual(['commit']);
  });

  test('items count as delivered when their write has succeeded', async () => {
    const writer = new HeldWriter();
    const { host, stage, push } = bench(writer);
    push(0, 1);
    stage.step();
    expect(stage.counts.ok).toBe(0);
    await writer.succeed();
    expect(stage.counts.ok).toBe(2);
    expect(host.woken).toEqual([stage]);
  });

  test('a failed write of one item blames it, of several none', async () => {
    const error = new Error('disk full');
    for (const [positions, blamed] of [
      [[7], 7],
      [[7, 8], -1],
    ] as const) {
      const writer = new HeldWriter();
      const { host, stage, push } = bench(writer);
      push(...positions);
      stage.step();
      await writer.fail(error);
      expect(host.failures).toEqual([{ stage: 'out', position: blamed, error }]);
      expect(stage.counts).toEqual({ ok: 0, filtered: 0, failed: positions.length });
    }
  });

  test('a writer that throws at once or gives no promise is treated alike', async () => {
    const error = new Error('at once');
    const throwing = bench({
      write: () => {
        throw error;
      },
      commit: async () => undefined,
      abort: async () => undefined,
    });
    throwing.push(1);
    throwing.stage.step();
    await quiet();
    expect(throwing.host.failures).toMatchObject([{ error }]);

    const sync = bench({ write: () => undefined, commit: () => undefined, abort: () => undefined } as unknown as Writer<unknown>);
    sync.push(1);
    sync.stage.step();
    await quiet();
    expect(sync.stage.counts.ok).toBe(1);
  });

  test('after a stop nothing is written and no failure is told; the call under way can be waited for', async () => {
    const writer = new HeldWriter();
    const { edge, host, stage, push } = bench(writer);
    push(1, 2, 3);
    stage.step();
    stage.stop();
    let isQuiet = false;
    void stage.quiet.then(() => {
      isQuiet = true;
    });
    await quiet();
    expect([isQuiet, edge.length, stage.held]).toEqual([false, 0, 0]);
    await writer.fail(new Error('late'));
    expect(isQuiet).toBe(true);
    expect(host.failures).toEqual([]);
    stage.step();
    expect(writer.calls).toEqual(['write 1,2']);
  });
});
