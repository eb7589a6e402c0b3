import { type Pool, TimeoutError, threadPool } from '@millrace/workers';
import { type Observable, Subject } from 'rxjs';
import type { FlowDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/limits.js';
import type { ErrorClass } from '../declare/pipeline-declaration.js';
import type { Writer } from '../declare/sink.js';
import { CancelledError, PlanError, StallError } from '../errors.js';
import type { Plan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import { assembleStage, edgesOf, type LaneHome, quietController } from './assembly.js';
import { failureOf } from './failure.js';
import { Lineage } from './lineage.js';
import { Meter } from './meter.js';
import { DropStage, ReaderStage } from './output-stage.js';
import { ReadyList } from './ready-list.js';
import { releaseAll, within } from './release.js';
import type { RunReport } from './report.js';
import type { Run } from './run.js';
import type { RunEvent, RunSnapshot } from './run-events.js';
import { type Happening, type Outcome, type RunState, transition } from './run-state.js';
import { SinkStage } from './sink-stage.js';
import { openSource, type SourceReader } from './source-reader.js';
import { SourceStage } from './source-stage.js';
import type { LiveStage, StageHost } from './stage.js';
import { deliveredOf, type RunFacts, readOf, reportOf, stageReportsOf } from './summary.js';

/** What a run is made of. */
export interface RunRequest {
  readonly flow: FlowDeclaration;
  readonly plan: Plan;
  /** Undefined for a flow outside of a pipeline. */
  readonly home: LaneHome | undefined;
  readonly options: RunOptions;
  /** Error classes of the user's that keep their class across the thread boundary. */
  readonly errors: readonly ErrorClass[];
  /** Where the items of a flow without a sink go. */
  readonly output: 'drop' | 'read';
}

const now = (): number => performance.now();

/** What a run is asked to release without having opened it yet is undefined. */
interface Holdings {
  writer?: Writer<unknown>;
  reader?: SourceReader;
  pool?: Pool;
}

export class LiveRun implements Run {
  readonly finished: Promise<RunReport>;
  readonly events: Observable<RunEvent>;
  readonly #request: RunRequest;
  readonly #plan: Plan;
  readonly #events = new Subject<RunEvent>();
  readonly #edges: readonly (Edge | undefined)[];
  /** One per stage: an early stop aborts what lies before it and nothing else. */
  readonly #controllers: readonly AbortController[];
  readonly #lineage = new Lineage();
  readonly #ready: ReadyList;
  readonly #host: StageHost;
  readonly #startedAt = new Date();
  readonly #began = now();
  readonly #holdings: Holdings = {};
  readonly #reader: ReaderStage | undefined;
  #stages: LiveStage[] = [];
  #state: RunState = { kind: 'starting' };
  #endedMs: number | undefined;
  #peak = 0;
  #sourceClosed: Promise<void> | undefined;
  #resolve!: (report: RunReport) => void;
  #reject!: (error: unknown) => void;
  readonly #onAbort = (): void => this.cancel(this.#request.options.signal?.reason);

  constructor(request: RunRequest) {
    this.#request = request;
    this.#plan = request.plan;
    this.#edges = edgesOf(request.plan);
    this.#controllers = request.plan.stages.map(quietController);
    this.events = this.#events.asObservable();
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#ready = new ReadyList(
      now,
      (stage) => this.#stepped(stage),
      (stage, error) => this.#fail(stage.name, -1, error),
    );
    this.#host = {
      wake: (stage) => this.#ready.wake(stage),
      overdue: () => this.#ready.overdue,
      fail: (stage, position, error) => this.#fail(stage.name, position, error),
      satisfied: (stage) => this.#stopBefore(stage),
    };
    if (request.output === 'read' && request.flow.sink === undefined) {
      this.#reader = new ReaderStage(this.#edges.at(-1)!, this.#host, this.#meter(), () => this.#ready.nextTurn());
    }
    queueMicrotask(() => void this.#begin());
  }

  /** The end of a run that is read item by item. */
  get reader(): ReaderStage {
    if (this.#reader === undefined) throw new Error('this run is not read');
    return this.#reader;
  }

  readonly snapshot = (): RunSnapshot => {
    const facts = this.#facts();
    return {
      pipeline: this.#plan.pipeline,
      state: this.#state.kind,
      elapsedMs: facts.elapsedMs,
      read: readOf(this.#stages),
      delivered: deliveredOf(this.#plan, this.#stages),
      live: this.#live(),
      peak: this.#peak,
      stages: stageReportsOf(facts, this.#state.kind === 'ended').map((report, i) => ({
        ...report,
        waiting: this.#edges[i]?.length ?? 0,
      })),
    };
  };

  readonly drain = (ms?: number): Promise<RunReport> => {
    if (ms !== undefined && !(Number.isFinite(ms) && ms >= 0)) {
      throw new PlanError(`drain(ms): the deadline must be a number of ms, 0 or more, got ${String(ms)}`);
    }
    if (this.#happen({ kind: 'drainAsked' })) {
      this.#emit({ type: 'draining', at: this.#elapsed() });
      this.#drainSource();
    }
    if (ms === undefined) return this.finished;
    const drained = this.#withDeadline(ms);
    // The run's own promise tells the same; this one may be ignored.
    drained.catch(() => undefined);
    return drained;
  };

  readonly cancel = (reason?: unknown): void => {
    // Who cancels knows how the run ends, and need not listen for it.
    this.finished.catch(() => undefined);
    if (this.#happen({ kind: 'cancelled', reason })) void this.#end();
  };

  /** The reader has enough: the run ends as completed. */
  stopEarly(): void {
    const last = this.#stages.at(-1);
    if (last === undefined) {
      if (this.#happen({ kind: 'delivered' })) void this.#end();
    } else {
      last.stop(undefined);
      this.#stopBefore(last);
      this.#stepped(last);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.finished.catch(() => undefined);
  }

  async #begin(): Promise<void> {
    const { signal } = this.#request.options;
    if (signal?.aborted) this.#onAbort();
    else if (!this.#over) signal?.addEventListener('abort', this.#onAbort, { once: true });
    let stage = this.#plan.stages.at(-1)!;
    try {
      await this.#openSink();
      stage = this.#plan.stages[0]!;
      await this.#openSource();
      if (this.#over) return;
      this.#assemble();
    } catch (error) {
      this.#fail(stage.name, -1, error);
      return;
    }
    if (this.#over) {
      // A chain may fail as it is subscribed to, before the end of the run could see its stage.
      for (const each of this.#stages) this.#stop(each, undefined);
      return;
    }
    const draining = !this.#happen({ kind: 'started' });
    this.#emit({ type: 'started', at: this.#elapsed() });
    if (draining) this.#drainSource();
    for (const each of this.#stages) this.#ready.wake(each);
  }

  get #graceMs(): number {
    return this.#request.options.graceMs ?? runDefaults.graceMs;
  }

  /** True from the moment the outcome is certain. */
  get #over(): boolean {
    return this.#state.kind === 'ending' || this.#state.kind === 'ended';
  }

  async #openSink(): Promise<void> {
    const { sink } = this.#request.flow;
    if (sink === undefined || this.#over) return;
    const writer = checkedWriter(sink.name, await sink.sink.open({ signal: this.#controllers.at(-1)!.signal }));
    // Cancelled while it opened: the release did not wait for it.
    if (this.#over) await writer.abort(this.#controllers.at(-1)!.signal.reason);
    else this.#holdings.writer = writer;
  }

  async #openSource(): Promise<void> {
    if (this.#over) return;
    const reader = await openSource(this.#request.flow.source, this.#controllers[0]!.signal);
    if (this.#over) await reader.close();
    else this.#holdings.reader = reader;
  }

  #assemble(): void {
    const { flow, home } = this.#request;
    const { pool, reader, writer } = this.#openPool();
    const meter = (): Meter => this.#meter();
    const source = new SourceStage(flow.source.name, this.#edges[1]!, reader!, this.#host, meter(), this.#lineage, () =>
      this.#oldest(),
    );
    const assembly = {
      flow,
      plan: this.#plan,
      home,
      host: this.#host,
      pool,
      meter,
      edges: this.#edges,
      signals: this.#controllers.map(({ signal }) => signal),
    };
    const middle = flow.stages.map((_, i) => assembleStage(assembly, i + 1));
    this.#stages = [source, ...middle, this.#lastStage(writer)];
    for (const stage of this.#stages) this.#connect(stage);
  }

  #openPool(): Holdings {
    const { options, errors } = this.#request;
    if (this.#plan.workers > 0) {
      this.#holdings.pool = threadPool({
        size: this.#plan.workers,
        resolver: { module: new URL('../lane/resolve.js', import.meta.url).href, export: 'resolveLaneJob' },
        startTimeoutMs: options.startTimeoutMs ?? runDefaults.startTimeoutMs,
        graceMs: this.#graceMs,
        maxRestarts: options.maxRestarts ?? runDefaults.maxRestarts,
        errors: [PlanError, StallError, ...errors],
        onLane: (event) => {
          if (event.kind === 'ready') this.#emit({ type: 'laneReady', at: this.#elapsed(), worker: event.worker });
          if (event.kind === 'died')
            this.#emit({ type: 'laneDied', at: this.#elapsed(), worker: event.worker, error: event.death });
        },
      });
    }
    return this.#holdings;
  }

  #lastStage(writer: Writer<unknown> | undefined): LiveStage {
    if (this.#reader !== undefined) return this.#reader;
    const input = this.#edges.at(-1)!;
    if (writer === undefined) return new DropStage(input, this.#meter());
    const plan = this.#plan.stages.at(-1)!;
    return new SinkStage(plan, input, writer, { signal: this.#controllers.at(-1)!.signal }, this.#host, this.#meter());
  }

  #connect(stage: LiveStage): void {
    const wake = (): void => this.#ready.wake(stage);
    if (stage.input !== undefined) stage.input.onItem = wake;
    if (stage.output !== undefined) stage.output.onRoom = wake;
  }

  #meter(): Meter {
    return new Meter(now());
  }

  /** After each step: what only the whole run can see. */
  #stepped(stage: LiveStage): void {
    const live = this.#live();
    if (live > this.#peak) this.#peak = live;
    if (!stage.ended) return;
    stage.meter.stop(now());
    if (this.#over) return;
    this.#emit({ type: 'stageEnded', at: this.#elapsed(), stage: stage.name });
    if (stage === this.#stages.at(-1) && this.#happen({ kind: 'delivered' })) void this.#end();
  }

  /** Items in memory: in queues, in stages, and read but not yet in the first queue. */
  #live(): number {
    let live = 0;
    for (const edge of this.#edges) live += edge?.length ?? 0;
    for (const stage of this.#stages) live += stage.held;
    return live;
  }

  /** Lowest source position that is on its way. */
  #oldest(): number | undefined {
    const positions = [...this.#stages.map((stage) => stage.oldestPosition), ...this.#edges.map((edge) => edge?.oldestPosition)];
    return positions.reduce((low, at) => (at === undefined || at < 0 || (low !== undefined && low < at) ? low : at), undefined);
  }

  /** An operator chain has completed, or the reader has left: what lies before it stops, what lies after it finishes. */
  #stopBefore(stage: LiveStage): void {
    const index = this.#stages.indexOf(stage);
    this.#stages.slice(0, index).forEach((before, i) => {
      this.#stop(before, undefined);
      before.meter.stop(now());
      this.#controllers[i]!.abort(new CancelledError(`stage "${stage.name}" needs no more items`));
    });
    void this.#closeSource().catch(() => undefined);
  }

  #drainSource(): void {
    const source = this.#stages[0];
    if (source instanceof SourceStage) {
      source.drain();
      this.#controllers[0]!.abort(new CancelledError('the run drains'));
    }
  }

  async #withDeadline(ms: number): Promise<RunReport> {
    let late: TimeoutError | undefined;
    const timer = setTimeout(() => {
      const stuck =
        this.#stages.find((stage) => !stage.ended && stage.kind !== 'source') ?? this.#stages.find((stage) => !stage.ended);
      late = new TimeoutError(
        `the run did not drain within ${ms} ms: stage "${stuck?.name ?? this.#plan.stages[0]!.name}" would not finish`,
      );
      this.cancel(late);
    }, ms);
    try {
      return await this.finished;
    } catch (error) {
      throw late ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  #fail(stage: string, position: number, cause: unknown): void {
    if (this.#over) return;
    if (this.#happen({ kind: 'failed', error: failureOf(stage, position, cause, this.#lineage) })) void this.#end();
  }

  /** True when the state has changed. */
  #happen(happening: Happening): boolean {
    const next = transition(this.#state, happening);
    const changed = next !== this.#state;
    this.#state = next;
    return changed;
  }

  /** The outcome is certain: stops everything, gives everything back, tells. */
  async #end(): Promise<void> {
    if (this.#state.kind !== 'ending') return;
    const { outcome } = this.#state;
    this.#request.options.signal?.removeEventListener('abort', this.#onAbort);
    const reason = reasonOf(outcome);
    // Signals first, so that tasks see them before anything they use is gone.
    if (reason !== undefined) for (const controller of this.#controllers) controller.abort(reason);
    for (const stage of this.#stages) if (!stage.ended) this.#stop(stage, reason);
    await this.#release(outcome, reason);
    this.#endedMs = this.#elapsed();
    for (const stage of this.#stages) stage.meter.stop(now());
    this.#happen({ kind: 'released' });
    this.#settle(outcome);
  }

  async #release(outcome: Outcome, reason: unknown): Promise<void> {
    const { writer, pool } = this.#holdings;
    const committed = outcome.kind === 'completed' || outcome.kind === 'drained';
    const releases = [
      { stage: this.#plan.stages.at(-1)!.name, run: () => (committed ? undefined : this.#abort(writer, reason)) },
      { stage: this.#plan.stages[0]!.name, run: () => this.#closeSource() },
    ];
    const failed = (stage: string, error: unknown): void =>
      this.#emit({ type: 'releaseFailed', at: this.#elapsed(), stage, error });
    // The pool bounds its own close.
    await Promise.all([releaseAll(releases, this.#graceMs, failed), pool?.close(reason)]);
  }

  /** Calls of a writer never overlap: the one under way has its time to settle. When that was the commit, there is nothing to abort. */
  async #abort(writer: Writer<unknown> | undefined, reason: unknown): Promise<void> {
    const last = this.#stages.at(-1);
    if (last instanceof SinkStage) {
      await within(this.#graceMs, last.quiet);
      if (last.committed) return;
    }
    await writer?.abort(reason);
  }

  /** Clean-up of a user's operators may throw; it must not keep the others from being stopped. */
  #stop(stage: LiveStage, reason: unknown): void {
    try {
      stage.stop(reason);
    } catch (error) {
      this.#emit({ type: 'releaseFailed', at: this.#elapsed(), stage: stage.name, error });
    }
  }

  #closeSource(): Promise<void> {
    this.#sourceClosed ??= this.#holdings.reader?.close() ?? Promise.resolve();
    return this.#sourceClosed;
  }

  #settle(outcome: Outcome): void {
    const report = reportOf(this.#facts(), outcome.kind);
    this.#emit({ type: 'ended', at: this.#elapsed(), report });
    this.#events.complete();
    if (outcome.kind === 'completed' || outcome.kind === 'drained') {
      this.#resolve(report);
      this.#reader?.close({ kind: 'end' });
      return;
    }
    const error =
      outcome.kind === 'failed' ? outcome.error : new CancelledError('the run was cancelled', { cause: outcome.reason });
    this.#reject(Object.assign(error, { report }));
    this.#reader?.close({ kind: 'failed', error });
  }

  #emit(event: RunEvent): void {
    this.#events.next(event);
  }

  #elapsed(): number {
    return now() - this.#began;
  }

  #facts(): RunFacts {
    return {
      plan: this.#plan,
      stages: this.#stages,
      startedAt: this.#startedAt,
      elapsedMs: this.#endedMs ?? this.#elapsed(),
      peak: this.#peak,
    };
  }
}

/** Without a writer the items would be counted and dropped. */
function checkedWriter(name: string, writer: Writer<unknown>): Writer<unknown> {
  const given: Partial<Record<keyof Writer<unknown>, unknown>> | null | undefined = writer;
  const missing = (['write', 'commit', 'abort'] as const).filter((method) => typeof given?.[method] !== 'function');
  if (missing.length === 0) return writer;
  throw new PlanError(`sink "${name}": open() must resolve to a writer, and what it gave has no ${missing.join(', no ')}`);
}

/** What tasks and lanes are told; undefined when all is done and there is nobody to tell. */
function reasonOf(outcome: Outcome): unknown {
  if (outcome.kind === 'failed') return outcome.error;
  if (outcome.kind !== 'cancelled') return undefined;
  return outcome.reason ?? new CancelledError('the run was cancelled');
}
