import { describe, expect, test } from '@jest/globals';
import { Edge } from '../../queue/index.js';
import { Meter } from '../measure/meter.js';
import { quiet, RecordingHost } from '../stage.fixture.js';
import { DropStage, ReaderStage } from './output-stage.js';

function bench() {
  const edge = new Edge(1000);
  const host = new RecordingHost();
  let turns = 0;
  const nextTurn = (): Promise<void> => {
    turns += 1;
    return Promise.resolve();
  };
  const stage = new ReaderStage('output', edge, host, new Meter(0), nextTurn);
  const push = (...items: unknown[]): void => {
    for (const item of items) edge.push(item, 0);
  };
  return { edge, host, stage, push, turns: () => turns };
}

const done = { done: true, value: undefined };

describe('DropStage', () => {
  test('counts and drops, and ends with its input', () => {
    const edge = new Edge(10);
    const stage = new DropStage('output', edge, new Meter(0));
    edge.push(1, 0);
    edge.push(undefined, 1);
    expect(stage.activity).toBe('busy');
    stage.step();
    expect([stage.counts.ok, stage.ended, stage.activity]).toEqual([2, false, 'starved']);
    edge.end();
    stage.step();
    expect(stage.ended).toBe(true);
  });

  test('a stop drops what waits', () => {
    const edge = new Edge(10);
    const stage = new DropStage('output', edge, new Meter(0));
    edge.push(1, 0);
    stage.stop();
    expect([edge.length, stage.ended, stage.counts.ok]).toEqual([0, true, 0]);
  });
});

describe('ReaderStage', () => {
  test('reads that come before the items wait in order', async () => {
    const { stage, push, host } = bench();
    const reads = [stage.read(), stage.read(), stage.read()];
    expect(host.woken).toContain(stage);
    push('a', undefined);
    stage.step();
    expect(await reads[0]).toEqual({ done: false, value: 'a' });
    expect(await reads[1]).toEqual({ done: false, value: undefined });
    push('c');
    stage.step();
    expect(await reads[2]).toEqual({ done: false, value: 'c' });
    expect(stage.counts.ok).toBe(3);
  });

  test('an item that is there is read at once', async () => {
    const { stage, push } = bench();
    push('a', 'b');
    expect(await stage.read()).toEqual({ done: false, value: 'a' });
    expect(await stage.read()).toEqual({ done: false, value: 'b' });
  });

  test('the end is told when the run has ended, not before', async () => {
    const { edge, stage, push } = bench();
    push('a');
    edge.end();
    await stage.read();
    stage.step();
    expect(stage.ended).toBe(true);
    let told = false;
    const end = stage.read().then((result) => {
      told = true;
      return result;
    });
    await quiet();
    expect(told).toBe(false);
    stage.close({ kind: 'end' });
    expect(await end).toEqual(done);
    expect(await stage.read()).toEqual(done);
  });

  test('an error is told once, to the first who waits; then the iteration is over', async () => {
    const error = new Error('broken');
    const waiting = bench().stage;
    const reads = [waiting.read(), waiting.read()];
    waiting.close({ kind: 'failed', error });
    await expect(reads[0]).rejects.toBe(error);
    expect(await reads[1]).toEqual(done);
    expect(await waiting.read()).toEqual(done);

    const later = bench().stage;
    later.close({ kind: 'failed', error });
    await expect(later.read()).rejects.toBe(error);
    expect(await later.read()).toEqual(done);
  });

  test('a loop over items that are always there lets the event loop turn when it is overdue', async () => {
    const { stage, push, host, turns } = bench();
    push(...Array.from({ length: 256 }, (_, i) => i));
    for (let i = 0; i < 128; i += 1) await stage.read();
    expect(turns()).toBe(0);
    host.isOverdue = true;
    for (let i = 128; i < 256; i += 1) expect(await stage.read()).toEqual({ done: false, value: i });
    expect(turns()).toBe(128);
  });

  test('it is the reader who is slow when nobody waits', () => {
    const { stage } = bench();
    expect([stage.activity, stage.load]).toEqual(['busy', 1]);
    void stage.read();
    expect([stage.activity, stage.load]).toEqual(['starved', 0]);
  });
});
