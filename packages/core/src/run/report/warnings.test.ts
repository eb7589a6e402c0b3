import { describe, expect, test } from '@jest/globals';
import type { StageFigures } from '../measure/figures.js';
import { PuppetStage } from '../stage.fixture.js';
import type { Warning } from './report.js';
import { Warnings } from './warnings.js';

function bench(kind: 'io' | 'cpu' | 'source') {
  const told: Warning[] = [];
  const warnings = new Warnings((warning) => told.push(warning));
  const stage = Object.assign(new PuppetStage('double', { kind }), { figures: {} as StageFigures });
  /** All items so far took these times each, in µs, and `warmUpMs` in all beyond that. */
  const look = (items: number, runUs: number, handUs: number, warmUpMs = 0): void => {
    const spread = { p50: 0, p90: 0, p99: 0, max: 0 };
    stage.counts.ok = items;
    stage.figures = {
      run: { ...spread, count: items, mean: runUs / 1000 },
      handOverMs: (items * handUs) / 1000 + warmUpMs,
    };
    warnings.look(stage);
  };
  return { told, warnings, stage, look };
}

describe('a cpu stage', () => {
  test('whose task costs less than handing its items over is warned of, once', () => {
    const { told, warnings, look } = bench('cpu');
    for (const items of [1, 10_000, 20_000, 40_000, 80_000]) look(items, 0.1234, 0.4);
    expect(told).toEqual([
      {
        stage: 'double',
        text: 'an item takes 0.12 µs in cpu stage "double", and handing it to a lane and back takes 0.4 µs of the main thread: an RxJS map() in its place would be faster, or a task that does more for each item',
      },
    ]);
    expect(warnings.all).toEqual(told);
  });

  test('whose task costs more is not', () => {
    const { told, look } = bench('cpu');
    for (const items of [10_000, 20_000, 40_000]) look(items, 0.5, 0.4);
    expect(told).toEqual([]);
  });

  test('is not judged by its first items, nor by how dear they were to hand over', () => {
    const { told, look } = bench('cpu');
    for (const items of [1, 9_999, 10_000, 19_999]) look(items, 0.1, 0.4);
    expect(told).toEqual([]);
    const warm = bench('cpu');
    for (const items of [10_000, 20_000, 40_000]) warm.look(items, 0.5, 0.4, 100);
    expect(warm.told).toEqual([]);
  });

  test('is judged again when its tasks become cheap', () => {
    const { told, look } = bench('cpu');
    look(10_000, 1, 0.4);
    look(20_000, 1, 0.4);
    // The mean of all items is still above what handing over takes.
    look(40_000, 0.55, 0.4);
    expect(told).toHaveLength(1);
  });

  test('on the main thread hands nothing over', () => {
    const { told, stage, warnings } = bench('cpu');
    stage.counts.ok = 1_000_000;
    stage.figures = { run: { count: 1_000_000, mean: 1e-5, p50: 0, p90: 0, p99: 0, max: 0 } };
    warnings.look(stage);
    expect(told).toEqual([]);
  });
});

describe('the main thread', () => {
  test('kept for long by an io stage is told, once', () => {
    const { told, stage, warnings } = bench('io');
    for (let i = 0; i < 10; i += 1) stage.meter.stepped(50);
    stage.meter.stepped(130.4);
    warnings.look(stage);
    expect(told).toEqual([]);
    stage.meter.stepped(90);
    warnings.look(stage);
    stage.meter.stepped(900);
    warnings.look(stage);
    expect(told).toEqual([
      {
        stage: 'double',
        text: expect.stringMatching(/^io stage "double" kept the main thread for up to 130 ms in one go.*make it a cpu stage/),
      },
    ]);
  });

  test('that stood still now and then in a long life is not', () => {
    const { told, stage, warnings } = bench('io');
    stage.meter.mark(100_000, 'busy', 1);
    stage.meter.stepped(900);
    warnings.look(stage);
    expect(told).toEqual([]);
    stage.meter.stepped(101);
    warnings.look(stage);
    expect(told).toHaveLength(1);
  });

  test('may be kept by a source or a cpu stage that has no lane', () => {
    for (const kind of ['source', 'cpu'] as const) {
      const { told, stage, warnings } = bench(kind);
      stage.meter.stepped(1300);
      warnings.look(stage);
      expect(told).toEqual([]);
    }
  });
});
