import { onAbort } from '@millrace/workers';
import type { Observable } from 'rxjs';
import type { DeadLetter } from '../declare/dead-letter.js';
import type { FlowDeclaration } from '../declare/declaration.js';
import type { RunOptions } from '../declare/options/limits.js';
import type { ErrorClass } from '../declare/pipeline/pipeline-declaration.js';
import type { Sink } from '../declare/sink.js';
import { PlanError } from '../errors.js';
import { isInstance } from '../is-instance.js';
import type { Plan } from '../plan/index.js';
import { systemTimers, type Timers } from '../timers.js';
import type { LaneHome } from './assembly.js';
import { Chronicle } from './chronicle.js';
import { CommitBarrier } from './commit-barrier.js';
import { checkDeadline, drainedWithin } from './drain-deadline.js';
import { DeadLetters } from './failures/dead-letters.js';
import { failureOf } from './failures/failure.js';
import { Rejections, type RejectionsHost } from './failures/rejections.js';
import { Holdings } from './holdings.js';
import { Lineage } from './lineage.js';
import { Meter } from './measure/meter.js';
import { Opening } from './opening.js';
import { errorOf, reasonOf } from './outcome.js';
import { ReadyList } from './ready-list.js';
import type { RunReport } from './report/report.js';
import type { RunEvent, RunSnapshot } from './report/run-events.js';
import type { Run } from './run.js';
import { openPools, type RunPoolsHost } from './run-pools.js';
import { type Happening, type Outcome, type RunState, transition } from './run-state.js';
import { Shutdown } from './shutdown.js';
import type { LiveStage, StageHost } from './stage.js';
import { ReaderStage } from './stages/output-stage.js';
import { Topology } from './topology.js';
import { onUnsettled } from './unsettled.js';
import { losesItems, unsettledError } from './unsettled-run.js';

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
  /** What the run waits by. Default: the clock and timers of the system. */
  readonly timers?: Timers;
}

const now = (): number => performance.now();
/** Why sources are aborted in a run that drains. */
const drains = 'the run drains';

/** The life of one run: opens, starts, and ends by the first terminal happening; state changes go through `transition` alone. */
export class LiveRun implements Run {
  readonly finished: Promise<RunReport>;
  readonly events: Observable<RunEvent>;
  readonly #request: RunRequest;
  readonly #plan: Plan;
  readonly #topology: Topology;
  readonly #holdings: Holdings;
  readonly #lineage: Lineage;
  readonly #barrier: CommitBarrier;
  readonly #ready: ReadyList;
  readonly #host: StageHost;
  readonly #chronicle: Chronicle;
  readonly #reader: ReaderStage | undefined;
  readonly #letters: DeadLetters | undefined;
  readonly #rejections: Rejections;
  readonly #shutdown: Shutdown;
  #state: RunState = { kind: 'starting' };
  #lateCancel: NodeJS.Timeout | undefined;
  #resolve!: (report: RunReport) => void;
  #reject!: (error: unknown) => void;
  #drainAsked!: () => void;
  readonly #draining = new Promise<void>((resolve) => {
    this.#drainAsked = resolve;
  });
  #unlisten: (() => void) | undefined;
  readonly #unwatch: () => void;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#plan = request.plan;
    this.#topology = new Topology(request.plan);
    this.#lineage = new Lineage(this.#topology.lowestPosition);
    this.#barrier = new CommitBarrier({
      ends: () => this.#topology.ends,
      settle: () => {
        this.#rejections.judge(true);
        return this.#letters?.finish();
      },
      passed: () => this.#deliverWhenDone(),
    });
    this.#holdings = new Holdings(request.options);
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#ready = new ReadyList(
      now,
      (stage) => this.#stepped(stage),
      (stage, error) => this.#fail(failureOf(stage.name, -1, error, this.#lineage)),
    );
    this.#host = this.#stageHost();
    const { deadLetters, output } = request.flow;
    this.#letters = deadLetters && this.#lettersTo(deadLetters);
    this.#chronicle = new Chronicle(this.#plan, this.#topology, this.#letters);
    this.events = this.#chronicle.events;
    this.#rejections = new Rejections(this.#plan, this.#rejectionsHost());
    this.#shutdown = new Shutdown({
      ...{ topology: this.#topology, holdings: this.#holdings, letters: this.#letters, chronicle: this.#chronicle },
      wake: this.#host.wake,
    });
    if (request.output === 'read' && output !== undefined) {
      const edge = this.#topology.edgeInto(output);
      this.#reader = new ReaderStage(output, edge, this.#host, new Meter(now()), () => this.#ready.nextTurn());
    }
    this.#unwatch = onUnsettled(() => this.#unsettled());
    queueMicrotask(() => void this.#begin());
  }

  /** The end of a run that is read item by item. */
  get reader(): ReaderStage {
    if (this.#reader === undefined) throw new Error('this run is not read');
    return this.#reader;
  }

  /** Steps of its stages so far: while it does not change, the run waits. */
  get steps(): number {
    return this.#ready.steps;
  }

  readonly snapshot = (): RunSnapshot => this.#chronicle.snapshot(this.#state.kind);

  readonly drain = (ms?: number): Promise<RunReport> => {
    if (ms !== undefined) checkDeadline(ms);
    if (this.#happen({ kind: 'drainAsked' })) {
      this.#emit({ type: 'draining', at: this.#elapsed() });
      this.#drainAsked();
      this.#shutdown.stopReading(drains);
    }
    if (ms === undefined) return this.finished;
    const { finished, cancel } = this;
    const drained = drainedWithin(ms, { finished, cancel, stuck: () => this.#stuck() }, this.#request.timers ?? systemTimers);
    // The run's own promise tells the same; this one may be ignored.
    drained.catch(() => undefined);
    return drained;
  };

  readonly cancel = (reason?: unknown): void => {
    // Who cancels knows how the run ends, and need not listen for it.
    this.finished.catch(() => undefined);
    if ((this.#barrier.begun || this.#letters?.committing === true) && !this.#over) {
      // A commit that has begun may be visible already: its outcome is the run's, unless it takes too long.
      this.#lateCancel ??= setTimeout(() => this.#cancelNow(reason), this.#holdings.graceMs);
    } else this.#cancelNow(reason);
  };

  /** The reader has enough: the run ends as completed. Sinks beside it get what was read by then, and commit. */
  stopEarly(): void {
    const { reader } = this;
    if (this.#topology.stages.includes(reader)) {
      reader.stop();
      this.#shutdown.stopBefore(reader);
      this.#shutdown.stopReading('the reader has left');
      this.#stepped(reader);
      // Nothing had begun, so there is nothing to settle.
    } else if (this.#happen({ kind: 'delivered' })) void this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.finished.catch(() => undefined);
  }

  async #begin(): Promise<void> {
    const { signal } = this.#request.options;
    const cancel = (): void => this.cancel(signal?.reason);
    if (signal?.aborted) cancel();
    else if (signal !== undefined && !this.#over) this.#unlisten = onAbort(signal, cancel);
    const opening = this.#opening();
    try {
      await opening.openEnds();
      if (this.#over) return;
      opening.assemble();
    } catch (error) {
      this.#broken(opening.at, error);
    }
    if (this.#over) {
      // A chain may fail as it is subscribed to: what was made by then never began, and its stage is not among those that have ended.
      this.#shutdown.stopAll(undefined);
      return;
    }
    const drainsAlready = !this.#happen({ kind: 'started' });
    this.#emit({ type: 'started', at: this.#elapsed() });
    if (drainsAlready) this.#shutdown.stopReading(drains);
    for (const stage of this.#topology.stages) this.#ready.wake(stage);
  }

  #opening(): Opening {
    const { flow, home, errors, timers = systemTimers } = this.#request;
    return new Opening({
      ...{ flow, home, timers, plan: this.#plan, host: this.#host, topology: this.#topology, holdings: this.#holdings },
      ...{ lineage: this.#lineage, letters: this.#letters, reader: this.#reader, draining: this.#draining },
      openPools: () => openPools(this.#plan, this.#holdings, errors, this.#poolsHost()),
      elapsed: () => this.#elapsed(),
      isOver: () => this.#over,
    });
  }

  #stageHost(): StageHost {
    return {
      wake: (stage) => this.#ready.wake(stage),
      overdue: () => this.#ready.overdue,
      fail: (stage, position, error, attempt) => {
        const { committed } = this.#barrier;
        const before = committed.length === 0 ? undefined : committed;
        this.#fail(failureOf(stage.name, position, error, this.#lineage, attempt, before));
      },
      reject: (stage, rejection) => this.#rejections.reject(stage, rejection),
      broken: (stage, error) => this.#broken(stage.name, error),
      satisfied: (stage) => this.#shutdown.stopBefore(stage),
    };
  }

  #poolsHost(): RunPoolsHost {
    return {
      emit: (event) => this.#emit(event),
      elapsed: () => this.#elapsed(),
      lives: (name) => this.#topology.stages.some((stage) => stage.name === name && !stage.ended),
      broken: (stage, error) => this.#broken(stage, error),
    };
  }

  /** After each step: what only the whole run can see. */
  #stepped(stage: LiveStage): void {
    this.#chronicle.look(stage);
    // What was read counts, too.
    this.#rejections.judge(false);
    if (stage.kind === 'sink' && !this.#over) this.#barrier.advance();
    if (!stage.ended) return;
    stage.meter.stop(now());
    if (this.#over) return;
    this.#chronicle.stageEnded(stage);
    this.#deliverWhenDone();
  }

  #lettersTo(sink: Sink<DeadLetter>): DeadLetters {
    const letters: DeadLetters = new DeadLetters(sink, this.#plan.deadLetters!.capacity, {
      wake: this.#host.wake,
      failed: (error) => this.#broken(letters.name, error),
    });
    return letters;
  }

  #rejectionsHost(): RejectionsHost {
    return {
      fail: this.#host.fail,
      exceeded: (error) => this.#fail(error),
      tell: (failure, how, error) => {
        if (this.#chronicle.observed) this.#emit({ type: 'itemRejected', at: this.#elapsed(), ...failure, how, error });
      },
      read: () => this.#chronicle.read,
      date: () => this.#chronicle.date(),
      lineage: this.#lineage,
      letters: this.#letters,
    };
  }

  /** All ends have all that comes to them, rejected items are settled, sinks have committed. */
  #deliverWhenDone(): void {
    if (!this.#over && this.#barrier.done && this.#happen({ kind: 'delivered' })) void this.#end();
  }

  /** Name of what a drain waits for. */
  #stuck(): string {
    return (this.#barrier.settling ? this.#letters?.name : undefined) ?? this.#topology.stuck;
  }

  #cancelNow(reason: unknown): void {
    if (this.#happen({ kind: 'cancelled', reason })) void this.#end();
  }

  #unsettled(): void {
    const facts = {
      ...{ snapshot: this.snapshot(), topology: this.#topology, barrier: this.#barrier, letters: this.#letters },
      hasSinks: this.#request.flow.sinks.length > 0,
    };
    // Whoever has left an idle run to itself may let it end with the program.
    if (!losesItems(facts)) this.finished.catch(() => undefined);
    this.#fail(unsettledError(facts));
  }

  #fail(error: Error): void {
    if (this.#happen({ kind: 'failed', error })) void this.#end();
  }

  /** No item is to blame. A `PlanError` then stands for itself: it says that the declaration is wrong. */
  #broken(stage: string, cause: unknown): void {
    this.#fail(isInstance(cause, PlanError) ? cause : failureOf(stage, -1, cause, this.#lineage));
  }

  /** True from the moment the outcome is certain. */
  get #over(): boolean {
    return this.#state.kind === 'ending' || this.#state.kind === 'ended';
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
    clearTimeout(this.#lateCancel);
    this.#unwatch();
    this.#unlisten?.();
    const reason = reasonOf(outcome);
    this.#shutdown.stopAll(reason);
    this.#barrier.close();
    await this.#shutdown.release(reason);
    this.#chronicle.close();
    for (const stage of this.#topology.stages) stage.meter.stop(now());
    this.#happen({ kind: 'released' });
    this.#settle(outcome);
  }

  #settle(outcome: Outcome): void {
    const report = this.#chronicle.end(outcome.kind);
    const error = errorOf(outcome, report);
    if (error === undefined) this.#resolve(report);
    else this.#reject(error);
    this.#reader?.close(error === undefined ? { kind: 'end' } : { kind: 'failed', error });
  }

  #emit(event: RunEvent): void {
    this.#chronicle.emit(event);
  }

  #elapsed(): number {
    return this.#chronicle.elapsed();
  }
}
