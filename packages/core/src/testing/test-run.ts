import { nearest } from '@millrace/workers/internal/nearest';
import type { DeadLetter } from '../declare/dead-letter.js';
import type { RunOptions } from '../declare/options/limits.js';
import { checkedRunOptions } from '../declare/options/option-check.js';
import { declareFlow } from '../declare/pipeline/pipeline-declaration.js';
import { valueText } from '../declare/value-text.js';
import { PlanError } from '../errors.js';
import { planFlow } from '../plan/index.js';
import { LiveRun } from '../run/live-run.js';
import { machineOf } from '../run/machine.js';
import { type Pipeline, pipelineDeclarationOf } from '../run/pipeline.js';
import type { RunReport } from '../run/report/report.js';
import type { RunEvent } from '../run/report/run-events.js';
import type { Run } from '../run/run.js';
import { systemTimers } from '../timers.js';
import type { RecordingSink } from './recording-sink.js';
import { type TestFlow, type TestItems, testFlow } from './test-flow.js';
import { turn, VirtualClock } from './virtual-clock.js';

/** How a pipeline is tested. */
export interface TestRunOptions<P> {
  /** What its factory is called with. Default: undefined. */
  readonly params?: P;
  /**
   * What is read in the place of its source: items, or a source such as `FakeSource`. By the names of the sources where there are several.
   * Default: what the pipeline declares.
   */
  readonly items?: TestItems | Readonly<Record<string, TestItems>>;
  /** Tasks in the place of those of the named stages, which keep their options. Not with workers, which know no mocks. Default: none. */
  readonly mocks?: Readonly<Record<string, unknown>>;
  /**
   * What the run waits by. By default a clock of its own, which moves on to the next timer whenever the run has come to rest: hours of
   * retries take no time. A clock that is given is moved by the test; `system` is that of the system.
   */
  readonly clock?: VirtualClock | 'system';
  /** Options of the run. Default: `{ workers: 0 }`, all of it on this thread. */
  readonly run?: RunOptions;
  /**
   * Called when the run has been started, to drain or cancel it. What it throws cancels the run, and `testRun` rejects with it when the run
   * has ended; a promise is waited for, and its rejection does the same.
   */
  readonly started?: (run: Run) => void;
}

/** What came of a test run, however it ended. */
export interface TestResult {
  /** That of the run, also when it failed. */
  readonly report: RunReport;
  /** What the run rejected with; undefined when it completed or was drained. */
  readonly error: unknown;
  /** What came out, of all ends together. */
  readonly delivered: readonly unknown[];
  /** The sinks that stood in the place of those of the flow, by name. */
  readonly sinks: Readonly<Record<string, RecordingSink<unknown>>>;
  /** The letters that were written, in order; empty also for a flow that has no place for them. */
  readonly deadLetters: readonly DeadLetter[];
  /** All that happened, in order; the last one is `ended`. */
  readonly events: readonly RunEvent[];
}

/** Turns of the event loop without a step after which a run is taken to be at rest. */
const restTurns = 5;

/**
 * Runs a pipeline for a test: on given items, with sinks that keep what they get, and a clock that need not be waited for. Resolves however
 * the run ends.
 *
 * @example
 * ```ts
 * import { flow, io, pipeline } from '@millrace/core';
 * import { testRun } from '@millrace/core/testing';
 *
 * const totals = pipeline(import.meta, 'totals', () =>
 *   flow<string>(() => Promise.reject(new Error('no database here'))).pipe(io('total', (text) => BigInt(text), { onError: 'skip' })),
 * );
 * const { delivered, report } = await testRun(totals, { items: ['1', 'oops'] }); // delivered: [1n]
 * ```
 *
 * @throws PlanError for a name that stands for nothing in the flow, and for what a run refuses before it begins, as a rejection
 */
export async function testRun<P>(pipeline: Pipeline<P>, options: TestRunOptions<P> = {}): Promise<TestResult> {
  refuseMisspelt(options);
  const { items, mocks = {}, clock = new VirtualClock(), run: given, started } = options;
  const declaration = pipelineDeclarationOf(pipeline);
  if (declaration === undefined) throw new PlanError('testRun(pipeline): it must be what pipeline(...) returned');
  const runOptions: RunOptions = { workers: 0, ...checkedRunOptions(given) };
  const tested = testFlow(declareFlow(declaration, options.params), { items, mocks });
  const plan = planFlow(declaration.name, tested.flow, runOptions, machineOf(undefined));
  if (plan.workers > 0 && Object.keys(mocks).length > 0) {
    throw new PlanError(
      'testRun: workers take the tasks from the module of the pipeline, and know no mocks: leave "workers" at 0',
    );
  }
  const stopRuling = clock === 'system' ? undefined : clock.rule();
  try {
    const run = new LiveRun({
      ...{ flow: tested.flow, plan, options: runOptions, errors: declaration.errors },
      home: { module: declaration.module, pipeline: declaration.name, params: options.params },
      output: 'read',
      timers: clock === 'system' ? systemTimers : clock,
    });
    const begun = started && failureOf(started, run);
    const result = resultOf(run, tested);
    const driven = options.clock === undefined && clock !== 'system' ? drive(run, clock) : undefined;
    const ended = await (driven === undefined ? result : Promise.race([driven.then(() => result), result]));
    const failure = await begun;
    // That of its own drain is told by the result.
    if (failure !== undefined && !Object.is(failure.error, ended.error)) throw failure.error;
    return ended;
  } finally {
    stopRuling?.();
  }
}

const members: readonly (keyof TestRunOptions<unknown>)[] = ['params', 'items', 'mocks', 'clock', 'run', 'started'];

/** From JavaScript: a member that is misspelt would let the test read the real source, or call the real task. */
function refuseMisspelt(options: Omit<TestRunOptions<unknown>, 'params'>): void {
  const unknown = Object.keys(options).find((name) => !members.some((member) => member === name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, members);
    const hint = meant === undefined ? `allowed here: ${members.join(', ')}` : `did you mean "${meant}"?`;
    throw new PlanError(`testRun: unknown option "${unknown}"; ${hint}`);
  }
  const { clock } = options;
  if (clock === undefined || clock === 'system' || clock instanceof VirtualClock) return;
  throw new PlanError(`testRun: option "clock" must be a VirtualClock or "system", got ${valueText(clock)}`);
}

/** Calls at once. What is thrown is given, and not thrown: nobody looks at it before the run has ended. */
async function failureOf(started: (run: Run) => unknown, run: LiveRun): Promise<{ readonly error: unknown } | undefined> {
  try {
    await started(run);
    return undefined;
  } catch (error) {
    run.cancel(error);
    return { error };
  }
}

async function resultOf(run: LiveRun, { flow, sinks, letters }: TestFlow): Promise<TestResult> {
  const events: RunEvent[] = [];
  run.events.subscribe((event) => events.push(event));
  const read = flow.output === undefined ? [] : readAll(run);
  let error: unknown;
  await run.finished.catch((thrown: unknown) => {
    error = thrown;
  });
  const last = events.at(-1);
  if (last?.type !== 'ended') throw error;
  const delivered = [...(await read), ...Object.values(sinks).flatMap((sink) => sink.items)];
  return { report: last.report, error, delivered, sinks, deadLetters: letters?.items ?? [], events };
}

/** What comes out of an open flow until its end, or its failure, which `finished` tells. */
async function readAll({ reader }: LiveRun): Promise<unknown[]> {
  const items: unknown[] = [];
  try {
    for (let next = await reader.read(); next.done !== true; next = await reader.read()) items.push(next.value);
  } catch {
    // The run has failed, and says so.
  }
  return items;
}

/** Moves the clock on whenever the run has come to rest, until it has ended. */
async function drive(run: LiveRun, clock: VirtualClock): Promise<void> {
  let steps = -1;
  let wake = (): void => {};
  const ended = (): void => wake();
  void run.finished.then(ended, ended);
  for (let quiet = 0; run.snapshot().state !== 'ended'; quiet += 1) {
    if (run.steps !== steps) quiet = 0;
    steps = run.steps;
    if (quiet < restTurns) await turn();
    else if (clock.next()) quiet = 0;
    // Something real is waited for: a file, a promise of a task.
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
        // It must not keep the program: a run that waits for what can never come would never fail (E13).
        setTimeout(resolve, 1).unref();
      });
    }
  }
}
