import { workers } from './contender.js';
import { busyShare, loadNow, thisMachine } from './machine.js';
import type { Report, ReportHead, ScenarioReport } from './report/report.js';
import { summarize, warningsOf } from './report/summary.js';
import { playRounds } from './rounds.js';
import type { Scenario } from './scenario.js';
import { versionOf } from './versions.js';

export interface BenchOptions {
  /** Command that makes this report again. */
  readonly command: string;
  /** URL of the module that exports the scenarios as `scenarios`. */
  readonly suite: string;
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly limitMs: number;
  /** Turns of `spin` that take a millisecond on this machine. */
  readonly turnsPerMs: number;
}

/** What is told while it runs. */
export interface BenchListener {
  readonly begun: (head: ReportHead) => void;
  readonly trying: (scenario: string, contender: string, round: number) => void;
  readonly measured: (scenario: ScenarioReport) => void;
}

/** Time before each trial in which the harness looks at what others do with the machine. */
const lookMs = 200;

/** Measures scenarios one after the other. Failures of contenders are part of the report. */
export async function bench(options: BenchOptions, listener: BenchListener): Promise<Report> {
  const load = loadNow();
  const machine = thisMachine();
  const { command, quick, rounds, turnsPerMs } = options;
  const head: ReportHead = { command, startedAt: new Date().toISOString(), quick, rounds, workers, turnsPerMs, machine };
  listener.begun(head);
  const shares: number[] = [];
  const scenarios: ScenarioReport[] = [];
  for (const scenario of options.scenarios) {
    const results = await playRounds(scenario, {
      ...options,
      before: async (contender, round) => {
        listener.trying(scenario.name, contender.name, round);
        shares.push(await busyShare(lookMs));
      },
    });
    const report = summarize(scenario, results, versionOf);
    listener.measured(report);
    scenarios.push(report);
  }
  const busy = { load: { before: load, after: loadNow() }, shares };
  return { ...head, busy, warnings: warningsOf(busy, machine.cores), scenarios };
}

export function hasFailures({ scenarios }: Report): boolean {
  return scenarios.some(({ contenders }) => contenders.some(({ failure }) => failure !== undefined));
}
