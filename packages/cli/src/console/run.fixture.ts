import type { RunReport, RunSnapshot, StageReport } from '@millrace/core';

/** A stage of which nothing is known but what is given. */
export function stageReport(given: Partial<StageReport> & Pick<StageReport, 'name' | 'kind'>): StageReport {
  return {
    from: [],
    in: 0,
    out: 0,
    ok: 0,
    filtered: 0,
    skipped: 0,
    deadLettered: 0,
    failed: 0,
    cancelled: 0,
    retries: 0,
    dropped: 0,
    queue: { capacity: given.kind === 'source' || given.kind === 'inline' ? 0 : 1_024, peak: 0 },
    busyMs: 0,
    blockedMs: 0,
    starvedMs: 0,
    lanes: [],
    ...given,
  };
}

const stages: readonly StageReport[] = [
  stageReport({ name: 'csv.read', kind: 'source', in: 42_049, out: 42_049, busyMs: 400, blockedMs: 4_600 }),
  stageReport({
    name: 'nearest',
    kind: 'cpu',
    from: ['csv.read'],
    in: 42_049,
    ok: 42_049,
    out: 42_049,
    queue: { capacity: 1_024, peak: 1_024 },
    busyMs: 1_300,
    blockedMs: 3_900,
    lanes: [
      { worker: 0, items: 21_504, busyMs: 1_210, idleMs: 3_990, restarts: 0 },
      { worker: 1, items: 20_545, busyMs: 1_190, idleMs: 4_010, restarts: 0 },
    ],
    run: { count: 42_049, mean: 0.057, p50: 0.051, p90: 0.08, p99: 0.312, max: 4.2 },
    wait: { count: 42_049, mean: 5.1, p50: 4.2, p90: 8, p99: 12, max: 130 },
    handOverMs: 92,
  }),
  stageReport({ name: 'inline-1', kind: 'inline', from: ['nearest'], in: 42_049, ok: 42_049, out: 13_608, busyMs: 20 }),
  stageReport({
    name: 'departures',
    kind: 'io',
    from: ['inline-1'],
    in: 13_608,
    ok: 13_608,
    out: 13_608,
    queue: { capacity: 1_024, peak: 1_024 },
    busyMs: 5_700,
    starvedMs: 100,
    run: { count: 13_608, mean: 26.5, p50: 20.3, p90: 41, p99: 118, max: 240 },
  }),
  stageReport({
    name: 'ndjson.write',
    kind: 'sink',
    from: ['departures'],
    in: 13_608,
    ok: 13_608,
    out: 13_608,
    queue: { capacity: 1_024, peak: 64 },
    busyMs: 90,
    starvedMs: 5_700,
  }),
];

/** The report of a run that went well. */
export const finished: RunReport = {
  pipeline: 'nearest-airports',
  outcome: 'completed',
  startedAt: new Date(0),
  elapsedMs: 5_800,
  read: 42_049,
  delivered: 13_608,
  bound: 12_345,
  peak: 4_216,
  stages,
  bottleneck: {
    stage: 'departures',
    why: 'io',
    text: '"departures" is the bottleneck: 97 % of its 64 slots were in use. A higher concurrency, if the other side bears it, would make the run faster.',
  },
  warnings: [],
};

/** A moment in the middle of that run. */
export function moment(elapsedMs: number, share: number, waiting: readonly number[] = [0, 640, 0, 1_024, 1]): RunSnapshot {
  const part = (items: number): number => Math.round(items * share);
  return {
    pipeline: finished.pipeline,
    state: 'running',
    elapsedMs,
    read: part(finished.read),
    delivered: part(finished.delivered),
    live: 3_210,
    peak: 4_216,
    stages: stages.map((stage, at) => ({
      ...stage,
      in: part(stage.in),
      ok: part(stage.ok),
      out: part(stage.out),
      busyMs: stage.busyMs * share,
      blockedMs: stage.blockedMs * share,
      starvedMs: stage.starvedMs * share,
      waiting: waiting[at] ?? 0,
    })),
  };
}
