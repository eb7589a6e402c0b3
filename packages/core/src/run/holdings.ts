import { type LaneEvent, type LanePool, lanePool } from '@millrace/workers';
import type { SinkDeclaration, SourceDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/limits.js';
import type { ErrorClass } from '../declare/pipeline-declaration.js';
import type { Writer } from '../declare/sink.js';
import { LateEmissionError, PlanError, SchemaError, StallError, TooManyKeysError } from '../errors.js';
import { FusedFailure } from '../lane/index.js';
import type { PoolPlan } from '../plan/index.js';
import { releaseAll, within } from './release.js';
import { SinkStage } from './sink-stage.js';
import { openSource, type SourceReader } from './source-reader.js';
import type { LiveStage } from './stage.js';

/** What a source is read by when a drain came before it was open. */
const nothingToRead: SourceReader = { pull: () => undefined, close: async () => {} };

/** Names of the ends, for what goes wrong with them. */
export interface EndNames {
  readonly source: string;
  readonly sink: string;
}

/** What a run opens and must give back whatever happens: the sink's writer, the source's reader, the pools. Each is opened once at most. */
export class Holdings {
  readonly #names: EndNames;
  readonly #options: RunOptions;
  /** Set when the outcome is certain: what opens later is given back at once. */
  #over = false;
  #writer: Writer<unknown> | undefined;
  #reader: SourceReader | undefined;
  readonly #pools: LanePool[] = [];
  #sourceClosed: Promise<void> | undefined;

  constructor(names: EndNames, options: RunOptions) {
    this.#names = names;
    this.#options = options;
  }

  get graceMs(): number {
    return this.#options.graceMs ?? runDefaults.graceMs;
  }

  get startTimeoutMs(): number {
    return this.#options.startTimeoutMs ?? runDefaults.startTimeoutMs;
  }

  get writer(): Writer<unknown> | undefined {
    return this.#writer;
  }

  get reader(): SourceReader {
    return this.#reader ?? nothingToRead;
  }

  async openSink(sink: SinkDeclaration, signal: AbortSignal): Promise<void> {
    const writer = checkedWriter(sink.name, await sink.sink.open({ signal }));
    if (this.#over) await writer.abort(signal.reason);
    else this.#writer = writer;
  }

  /** @param draining resolves when nothing is to be read: a source that is still opening is then not waited for */
  async openSource(source: SourceDeclaration, signal: AbortSignal, draining: Promise<void>): Promise<void> {
    const opening = openSource(source, signal);
    const reader = await Promise.race([opening, draining.then(() => undefined)]);
    if (reader === undefined) {
      opening.then((late) => late.close()).catch(() => undefined);
      this.#reader = nothingToRead;
    } else if (this.#over) await reader.close();
    else this.#reader = reader;
  }

  openPool(
    { workers, isolation, resourceLimits }: PoolPlan,
    errors: readonly ErrorClass[],
    onLane: (event: LaneEvent) => void,
  ): LanePool {
    const pool = lanePool({
      size: workers,
      isolation,
      resolver: {
        module: new URL('../lane/resolve.js', import.meta.url).href,
        compact: new URL('../compact/lane.js', import.meta.url).href,
        export: 'resolveLaneJob',
      },
      startTimeoutMs: this.startTimeoutMs,
      graceMs: this.graceMs,
      maxRestarts: this.#options.maxRestarts ?? runDefaults.maxRestarts,
      resourceLimits,
      errors: [PlanError, StallError, TooManyKeysError, LateEmissionError, SchemaError, FusedFailure, ...errors],
      onLane,
    });
    this.#pools.push(pool);
    return pool;
  }

  closeSource(): Promise<void> {
    this.#sourceClosed ??= this.reader.close();
    return this.#sourceClosed;
  }

  /**
   * Gives everything back, side by side, none waited for longer than the grace.
   *
   * @param stages of the run; what they hold is given back, too
   * @param undo why the sink must not keep what was written; undefined when it has committed
   */
  async release(stages: readonly LiveStage[], undo: unknown, failed: (stage: string, error: unknown) => void): Promise<void> {
    this.#over = true;
    const last = stages.at(-1);
    const releases = [
      { stage: this.#names.sink, run: () => (undo === undefined ? undefined : this.#abort(last, undo)) },
      { stage: this.#names.source, run: () => this.closeSource() },
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
  async #abort(last: LiveStage | undefined, reason: unknown): Promise<void> {
    if (last instanceof SinkStage) {
      await within(this.graceMs, last.quiet);
      if (last.committed) return;
    }
    await this.#writer?.abort(reason);
  }
}

/** Without a writer the items would be counted and dropped. */
export function checkedWriter<T>(name: string, writer: Writer<T>): Writer<T> {
  const given: Partial<Record<keyof Writer<T>, unknown>> | null | undefined = writer;
  const missing = (['write', 'commit', 'abort'] as const).filter((method) => typeof given?.[method] !== 'function');
  if (missing.length === 0) return writer;
  throw new PlanError(`sink "${name}": open() must resolve to a writer, and what it gave has no ${missing.join(', no ')}`);
}
