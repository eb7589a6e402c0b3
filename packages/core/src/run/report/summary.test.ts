import { describe, expect, test } from '@jest/globals';
import type { Plan, StagePlan } from '../../plan/index.js';
import { Edge } from '../../queue/index.js';
import { thisMachine } from '../machine.js';
import type { StageFigures } from '../measure/figures.js';
import { PuppetStage, planOf } from '../stage.fixture.js';
import { type LiveStage, noCounts, type StagePart } from '../stage.js';
import { bottleneckOf } from './bottleneck.js';
import { reportOf, stageReportsOf } from './summary.js';

function planWith(...stages: StagePlan[]): Plan {
  return { pipeline: 'p', workers: 0, pools: [], stages, bound: { items: 10, terms: [], retaining: [] }, guarantee: '' };
}

/** A run of three stages: 10 read, 8 in the first queue, 7 passed on. */
function threeStages() {
  const [first, second] = [new Edge(16), new Edge(16)];
  for (let i = 0; i < 8; i += 1) first.push(i, i);
  for (let i = 0; i < 7; i += 1) first.shift();
  for (let i = 0; i < 3; i += 1) second.push(i, i);
  const source = Object.assign(new PuppetStage('in', { kind: 'source', output: first }), { read: 10 });
  source.counts.ok = 8;
  const task = new PuppetStage('work', { kind: 'io', input: first, output: second });
  Object.assign(task.counts, { ok: 3, filtered: 2, failed: 1 });
  const sink = new PuppetStage('out', { kind: 'sink', input: second });
  sink.counts.ok = 2;
  const plan = planWith(
    planOf('in', { kind: 'source' }),
    planOf('work', { capacity: 16, concurrency: 4 }),
    planOf('out', { kind: 'sink', capacity: 16 }),
  );
  const edges = { inputs: [[], [first], [second]], outputs: [[first], [second], []] };
  return { plan, stages: [source, task, sink], edges, startedAt: new Date(0), elapsedMs: 100, peak: 9, warnings: [] };
}

describe('the report', () => {
  test('R1 counts reconcile: of each stage, along each edge, of the run', () => {
    const report = reportOf(threeStages(), 'cancelled');
    for (const stage of report.stages) {
      const { ok, filtered, skipped, deadLettered, failed, cancelled } = stage;
      expect(ok + filtered + skipped + deadLettered + failed + cancelled).toBe(stage.in);
    }
    const [source, task, sink] = report.stages;
    expect([source!.in, source!.out, task!.in, task!.out, sink!.in, sink!.out]).toEqual([10, 8, 8, 3, 3, 2]);
    expect([source!.cancelled, task!.cancelled, sink!.cancelled]).toEqual([2, 2, 1]);
    expect(report).toMatchObject({ pipeline: 'p', outcome: 'cancelled', read: 10, delivered: 2, bound: 10, peak: 9 });
    expect(task!.queue).toEqual({ capacity: 16, peak: 8 });
  });

  test('while the run lives, nothing is cancelled', () => {
    expect(stageReportsOf(threeStages(), false).map(({ cancelled }) => cancelled)).toEqual([0, 0, 0]);
  });

  test('a run that has no stages yet has a report of zeros', () => {
    const edges = { inputs: [[], [new Edge(16)], [new Edge(16)]], outputs: [[new Edge(16)], [new Edge(16)], []] };
    const report = reportOf({ ...threeStages(), stages: [], edges }, 'failed');
    expect(report).toMatchObject({ read: 0, delivered: 0 });
    expect(report.stages.map((stage) => [stage.name, stage.in, stage.out, stage.busyMs])).toEqual([
      ['in', 0, 0, 0],
      ['work', 0, 0, 0],
      ['out', 0, 0, 0],
    ]);
  });

  test('R1 stages that were not made have what came to them, and all of it is cancelled', () => {
    const { stages, ...facts } = threeStages();
    const report = reportOf({ ...facts, stages: stages.slice(0, 2) }, 'failed');
    expect(report.stages.map(({ name, in: taken, out, cancelled }) => [name, taken, out, cancelled])).toEqual([
      ['in', 10, 8, 2],
      ['work', 8, 3, 2],
      ['out', 3, 0, 3],
    ]);
    expect(report.stages.at(-1)!.queue).toEqual({ capacity: 16, peak: 3 });
  });

  test('R1 of a visit that was not made the first stage has what came, the last one what left', () => {
    const [input, output] = [new Edge(16), new Edge(16)];
    input.push('a', 0);
    const names = ['one', 'two'];
    const plans = names.map((name) => planOf(name, { kind: 'cpu', fusedWith: names.filter((other) => other !== name) }));
    const facts = { ...threeStages(), plan: planWith(...plans), stages: [], edges: { inputs: [[input]], outputs: [[output]] } };
    expect(stageReportsOf(facts, true).map(({ in: taken, out, cancelled }) => [taken, out, cancelled])).toEqual([
      [1, 0, 1],
      [0, 0, 0],
    ]);
  });
});

describe('what tasks took', () => {
  const spread = { count: 10, mean: 4, p50: 3, p90: 6, p99: 8, max: 9 };
  const figures: StageFigures = { run: spread, wait: spread, handOverMs: 5, bytes: { sent: 1, received: 2 } };
  const lanes = [{ worker: 0, items: 10, busyMs: 40, restarts: 0 }];

  function reportsOf(stage: Partial<LiveStage>, ...names: string[]) {
    const puppet = Object.assign(new PuppetStage(names[0]!, { kind: 'cpu', lanes }), { figures, ...stage });
    puppet.meter.stop(100);
    const plans = names.map((name) => planOf(name, { kind: 'cpu', fusedWith: names.filter((other) => other !== name) }));
    const edges = { inputs: [], outputs: [] };
    const facts = {
      plan: planWith(...plans),
      stages: [puppet],
      edges,
      startedAt: new Date(0),
      elapsedMs: 100,
      peak: 0,
      warnings: [],
    };
    return stageReportsOf(facts, true);
  }

  test('stands in the report of the stage; its lanes were idle for the rest of its life', () => {
    const [report] = reportsOf({}, 'work');
    expect(report).toMatchObject(figures);
    expect(report!.lanes).toEqual([{ worker: 0, items: 10, busyMs: 40, idleMs: 60, restarts: 0 }]);
  });

  test('in one visit is told of each by its share, and what crossed of the first alone', () => {
    const counts = { ...noCounts(), ok: 10 };
    const part = (share: number): StagePart => ({
      ...{ counts, entered: 10, share },
      lanes: lanes.map((lane) => ({ ...lane, busyMs: lane.busyMs * share })),
    });
    const [one, two] = reportsOf({ parts: [part(0.25), part(0.75)] }, 'one', 'two');
    expect(one).toMatchObject({ ...figures, run: { count: 10, mean: 1, p50: 0.75, max: 2.25 } });
    expect(two).toMatchObject({ run: { count: 10, mean: 3, p99: 6 } });
    expect([two!.wait, two!.handOverMs, two!.bytes]).toEqual([undefined, undefined, undefined]);
    expect([one!, two!].map((report) => report.lanes.map(({ busyMs, idleMs }) => [busyMs, idleMs]))).toEqual([
      [[10, 90]],
      [[30, 70]],
    ]);
  });
});

describe('the bottleneck', () => {
  /** A stage that was so busy in a life of 100 ms, and kept the main thread for some of it. */
  function stageWith(name: string, kind: PuppetStage['kind'], load: number, stepMs = 0): PuppetStage {
    const stage = new PuppetStage(name, { kind });
    stage.meter.mark(0, 'busy', load);
    stage.meter.stop(100);
    stage.meter.stepMs = stepMs;
    return stage;
  }

  function of(load: Partial<Record<'in' | 'work' | 'out', number>>, stepMs: Partial<Record<'in' | 'work' | 'out', number>> = {}) {
    const plan = planWith(planOf('in', { kind: 'source' }), planOf('work', { concurrency: 8 }), planOf('out', { kind: 'sink' }));
    const stages = [
      stageWith('in', 'source', load.in ?? 0, stepMs.in),
      stageWith('work', 'io', load.work ?? 0, stepMs.work),
      stageWith('out', 'sink', load.out ?? 0, stepMs.out),
    ];
    return bottleneckOf(plan, stages, 100);
  }

  test('R4 is the stage that used most of what it may use', () => {
    expect(of({ in: 0.2, work: 0.9, out: 0.5 })).toEqual({
      stage: 'work',
      why: 'io',
      text: '"work" is the bottleneck: 90 % of its 8 slots were in use. A higher concurrency, if the other side bears it, would make the run faster.',
    });
    expect(of({ in: 0.8 })).toMatchObject({ stage: 'in', why: 'source', text: expect.stringContaining('reading took 80 %') });
    expect(of({ out: 0.7 })).toMatchObject({ stage: 'out', why: 'sink', text: expect.stringContaining('writing took 70 %') });
  });

  test('R4 is the main thread when all stages together used more of that', () => {
    expect(of({ work: 0.5 }, { in: 20, work: 50, out: 10 })).toMatchObject({
      stage: 'work',
      why: 'main thread',
      text: expect.stringContaining('kept it busy 80 % of the time, "work" most'),
    });
  });

  test('is nothing when nothing was busy', () => {
    expect(of({ work: 0.04 }).text).toBe(
      'Nothing was used to the full: "work" most, 4 % of the time. The rest went into starting, ending and handing items over.',
    );
  });

  test('S15 is the rate of a stage when that is what held it back', () => {
    const rate = { limit: 5, perMs: 1000, keyed: true, shared: false };
    const plan = planWith(planOf('work', { concurrency: 8, rate }));
    const held = (rateHeldMs: number): PuppetStage => Object.assign(stageWith('work', 'io', 0.9), { figures: { rateHeldMs } });
    expect(bottleneckOf(plan, [held(80)], 100)).toEqual({
      stage: 'work',
      why: 'io',
      text: '"work" is the bottleneck: its rate limit of 5 in 1000 ms for each key held it back 80 % of the time. A higher limit, if the other side grants it, would make the run faster.',
    });
    expect(bottleneckOf(plan, [held(20)], 100).text).toContain('90 % of its 8 slots were in use');
  });

  test('of lanes is measured by what the lanes did', () => {
    const lanes = [80, 90].map((busyMs, worker) => ({ worker, items: 1, busyMs, restarts: 0 }));
    const stage = new PuppetStage('parse', { kind: 'cpu', lanes });
    stage.meter.stop(100);
    const plan = planWith(planOf('parse', { kind: 'cpu', executor: 'threads', workers: 2 }));
    expect(bottleneckOf(plan, [stage], 100)).toMatchObject({
      stage: 'parse',
      why: 'cpu',
      text: expect.stringContaining('its 2 lanes were busy 85 % of the time'),
    });
  });

  test('of a run that has not begun is told all the same', () => {
    expect(bottleneckOf(planWith(planOf('in', { kind: 'source' })), [], 0)).toMatchObject({ stage: 'in', why: 'source' });
  });
});

describe('this machine', () => {
  test('has a whole number of cores', () => {
    const { cores } = thisMachine();
    expect(Number.isInteger(cores) && cores >= 1).toBe(true);
  });
});
