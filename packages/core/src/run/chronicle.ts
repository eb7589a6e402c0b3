import type { Observable } from 'rxjs';
import type { Plan } from '../plan/index.js';
import { rx } from '../rxjs.js';
import type { RunReport } from './report/report.js';
import type { RunEvent, RunSnapshot } from './report/run-events.js';
import { type RunFacts, readOf, reportOf, snapshotOf } from './report/summary.js';
import { Warnings } from './report/warnings.js';
import type { LiveStage } from './stage.js';
import type { Topology } from './topology.js';

const now = (): number => performance.now();

/** Dead letters as a run counts them. */
interface LetterCounts {
  /** In memory. */
  readonly held: number;
  readonly written: number;
}

/** What a run tells of itself: its events as they happen, and what its snapshot and its report are made of. */
export class Chronicle {
  readonly events: Observable<RunEvent>;
  readonly #events = new (rx().Subject)<RunEvent>();
  readonly #plan: Plan;
  readonly #topology: Topology;
  readonly #letters: LetterCounts | undefined;
  readonly #warnings = new Warnings((warning) => this.emit({ type: 'warning', at: this.elapsed(), ...warning }));
  readonly #startedAt = new Date();
  readonly #began = now();
  #endedMs: number | undefined;
  #peak = 0;

  constructor(plan: Plan, topology: Topology, letters: LetterCounts | undefined) {
    this.#plan = plan;
    this.#topology = topology;
    this.#letters = letters;
    this.events = this.#events.asObservable();
  }

  /** Whether somebody hears of events. */
  get observed(): boolean {
    return this.#events.observed;
  }

  /** Since the run began, in ms; goes on after its end. */
  elapsed(): number {
    return now() - this.#began;
  }

  /** The time of day, by the clock that the run began with: a change of the system's is not seen. */
  date(): Date {
    return new Date(this.#startedAt.getTime() + this.elapsed());
  }

  emit(event: RunEvent): void {
    this.#events.next(event);
  }

  /** After each step of a stage. */
  look(stage: LiveStage): void {
    const live = this.#live;
    if (live > this.#peak) this.#peak = live;
    this.#warnings.look(stage);
  }

  stageEnded(stage: LiveStage): void {
    const at = this.elapsed();
    for (const name of this.#topology.namesOf(stage)) this.emit({ type: 'stageEnded', at, stage: name });
  }

  /** Items read from the sources so far. */
  get read(): number {
    return readOf(this.#topology.stages);
  }

  snapshot(state: RunSnapshot['state']): RunSnapshot {
    return snapshotOf(this.#facts(), state, this.#live);
  }

  /** All is released: what the run took is certain. */
  close(): void {
    this.#endedMs = this.elapsed();
  }

  /** The last event, with the report. */
  end(outcome: RunReport['outcome']): RunReport {
    const report = reportOf(this.#facts(), outcome);
    this.emit({ type: 'ended', at: this.elapsed(), report });
    this.#events.complete();
    return report;
  }

  /** Items in memory, dead letters that are not written yet among them. */
  get #live(): number {
    return this.#topology.live + (this.#letters?.held ?? 0);
  }

  #facts(): RunFacts {
    return {
      plan: this.#plan,
      stages: this.#topology.stages,
      edges: this.#topology,
      startedAt: this.#startedAt,
      elapsedMs: this.#endedMs ?? this.elapsed(),
      peak: this.#peak,
      warnings: this.#warnings.all,
      deadLetters: this.#letters && { sink: this.#plan.deadLetters!.sink, written: this.#letters.written },
    };
  }
}
