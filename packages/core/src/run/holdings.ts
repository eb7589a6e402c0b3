import { type LaneEvent, type LanePool, lanePool, type WorkerLine } from '@millrace/workers';
import type { SinkDeclaration, SourceDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/options/limits.js';
import type { ErrorClass } from '../declare/pipeline/pipeline-declaration.js';
import type { Writer } from '../declare/sink.js';
import { CancelledError, LateEmissionError, PlanError, SchemaError, StallError, TooManyKeysError } from '../errors.js';
import { FusedFailure } from '../lane/index.js';
import { claimTarget, type Plan, type PoolPlan } from '../plan/index.js';
import { where } from '../where.js';
import { releaseAll, within } from './release.js';
import { checkedWriter } from './sinks/checked-writer.js';
import { SinkStage } from './sinks/sink-stage.js';
import type { LiveStage } from './stage.js';
import { openSource, type SourceReader } from './stages/source-reader.js';

/** What a source is read by when a drain came before it was open. */
const nothingToRead: SourceReader = { pull: () => undefined, close: async () => {} };

/** What a run opens and must give back whatever happens: writers of sinks, readers of sources, pools. Each is opened once at most. */
export class Holdings {
  readonly #options: RunOptions;
  /** Set when the outcome is certain: what opens later is given back at once. */
  #over = false;
  /** By the names of their sinks and sources. */
  readonly #writers = new Map<string, Writer<unknown>>();
  /** What the commits will replace, and whose they are. */
  readonly #targets = new Map<string, string>();
  readonly #readers = new Map<string, SourceReader>();
  readonly #closed = new Map<string, Promise<void>>();
  readonly #pools: LanePool[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
  }

  get graceMs(): number {
    return this.#options.graceMs ?? runDefaults.graceMs;
  }

  get startTimeoutMs(): number {
    return this.#options.startTimeoutMs ?? runDefaults.startTimeoutMs;
  }

  /** Undefined for what is no sink. */
  writerOf(sink: string): Writer<unknown> | undefined {
    return this.#writers.get(sink);
  }

  readerOf(source: string): SourceReader {
    return this.#readers.get(source) ?? nothingToRead;
  }

  async openSink(sink: SinkDeclaration, { stages }: Plan, signal: AbortSignal): Promise<void> {
    const plan = stages.find(({ name }) => name === sink.name);
    const onFailure = plan?.onError === 'fail' && plan.retry === undefined ? 'fail' : 'again';
    const writer = checkedWriter(sink.name, await sink.sink.open({ signal, onFailure }));
    if (this.#over) {
      await writer.abort(signal.reason);
      return;
    }
    this.#writers.set(sink.name, writer);
    this.claim(sink.name, writer.target);
  }

  /** @throws PlanError when a writer of this run would replace the same, by another name of it than the plan has seen */
  claim(sink: string, target: string | undefined): void {
    if (target !== undefined) claimTarget(this.#targets, `sink "${sink}"`, target);
  }

  /** @param draining resolves when nothing is to be read: a source that is still opening is then not waited for */
  async openSource(source: SourceDeclaration, signal: AbortSignal, draining: Promise<void>): Promise<void> {
    const opening = openSource(source, signal);
    const reader = await Promise.race([opening, draining.then(() => undefined)]);
    if (reader === undefined) {
      opening.then((late) => late.close()).catch(() => undefined);
    } else if (this.#over) await reader.close();
    else this.#readers.set(source.name, reader);
  }

  openPool(
    { workers, isolation, resourceLimits }: PoolPlan,
    errors: readonly ErrorClass[],
    onLane: (event: LaneEvent) => void,
    onOutput: (line: WorkerLine) => void,
  ): LanePool {
    const pool = lanePool({
      size: workers,
      isolation,
      resolver: {
        module: where.resolve.href,
        compact: where.compactLane.href,
        export: 'resolveLaneJob',
      },
      startTimeoutMs: this.startTimeoutMs,
      graceMs: this.graceMs,
      maxRestarts: this.#options.maxRestarts ?? runDefaults.maxRestarts,
      resourceLimits,
      errors: [PlanError, StallError, TooManyKeysError, LateEmissionError, SchemaError, FusedFailure, ...errors],
      onLane,
      onOutput: this.#options.output === 'events' ? onOutput : undefined,
    });
    this.#pools.push(pool);
    return pool;
  }

  /** A second call gives the promise of the first. */
  closeSource(source: string): Promise<void> {
    const closed = this.#closed.get(source) ?? this.readerOf(source).close();
    this.#closed.set(source, closed);
    return closed;
  }

  /**
   * Gives everything back, side by side, none waited for longer than the grace.
   *
   * @param stages of the run; what they hold is given back, too
   * @param undo why sinks that have not committed must not keep what was written; undefined when the run was completed
   */
  async release(stages: readonly LiveStage[], undo: unknown, failed: (stage: string, error: unknown) => void): Promise<void> {
    this.#over = true;
    const stageOf = (sink: string): LiveStage | undefined => stages.find(({ name }) => name === sink);
    const releases = [
      ...[...this.#writers].map(([stage, writer]) => ({ stage, run: () => this.#abort(writer, stageOf(stage), undo) })),
      ...[...this.#readers.keys()].map((stage) => ({ stage, run: () => this.closeSource(stage) })),
      ...stages.map((stage) => ({
        stage: stage.name,
        run: async () => {
          for (const error of (await stage.released?.()) ?? []) failed(stage.name, error);
        },
      })),
    ];
    // A pool bounds its own close.
    await Promise.all([releaseAll(releases, this.graceMs, failed), ...this.#pools.map((pool) => pool.close(undo))]);
  }

  /** Calls of a writer never overlap: the one under way has its time to settle. When that was the commit, there is nothing to abort. */
  async #abort(writer: Writer<unknown>, stage: LiveStage | undefined, reason: unknown): Promise<void> {
    if (stage instanceof SinkStage) {
      if (!stage.committed) await within(this.graceMs, stage.quiet);
      if (stage.committed) return;
    }
    await writer.abort(reason ?? new CancelledError('the reader left before anything was read'));
  }
}
