import { ClosedError } from '@millrace/workers';
import type { DeadLetter } from '../../declare/dead-letter.js';
import type { Sink, Writer } from '../../declare/sink.js';
import { quietController } from '../quiet-controller.js';
import { within } from '../release.js';
import { checkedWriter } from '../sinks/checked-writer.js';
import type { LiveStage } from '../stage.js';

/** What the dead letters tell their run. */
export interface LettersHost {
  readonly wake: (stage: LiveStage) => void;
  /** Letters could not be written or committed. */
  readonly failed: (error: unknown) => void;
}

type Life =
  | { readonly kind: 'unopened' }
  | { readonly kind: 'open'; readonly writer: Writer<DeadLetter> }
  | { readonly kind: 'committing'; readonly writer: Writer<DeadLetter> }
  | { readonly kind: 'committed' }
  /** A call has failed; nothing is written any more. */
  | { readonly kind: 'broken'; readonly writer: Writer<DeadLetter> }
  /** Aborted, or about to be. */
  | { readonly kind: 'over' };

/**
 * The dead letters of a run on their way to their sink. As many as `capacity` wait or are in the one write that is under way; a stage that
 * has another keeps its item until there is room.
 */
export class DeadLetters {
  readonly name: string;
  /** Letters that the sink has taken. */
  written = 0;
  readonly #sink: Sink<DeadLetter>;
  readonly #capacity: number;
  readonly #host: LettersHost;
  readonly #controller = quietController();
  #life: Life = { kind: 'unopened' };
  #waiting: DeadLetter[] = [];
  #inWrite = 0;
  /** Set while letters wait or are being written. Never rejects. */
  #writing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  readonly #wantRoom = new Set<LiveStage>();

  constructor(sink: Sink<DeadLetter>, capacity: number, host: LettersHost) {
    this.name = `${sink.name} (dead letters)`;
    this.#sink = sink;
    this.#capacity = capacity;
    this.#host = host;
  }

  /** Letters in memory. */
  get held(): number {
    return this.#waiting.length + this.#inWrite;
  }

  /** Whether a commit has begun: what it wrote may be visible already. */
  get committing(): boolean {
    return this.#life.kind === 'committing' || this.#life.kind === 'committed';
  }

  /** Gives what the commit will replace, where the writer says so. */
  async open(): Promise<string | undefined> {
    const { signal } = this.#controller;
    const writer = checkedWriter(this.name, await this.#sink.open({ signal }));
    if (this.#life.kind === 'unopened') this.#life = { kind: 'open', writer };
    else await writer.abort(signal.reason);
    return writer.target;
  }

  /** False: there is no room, and the stage is woken when there is. */
  hasRoomFor(stage: LiveStage): boolean {
    if (this.held < this.#capacity) return true;
    this.#wantRoom.add(stage);
    return false;
  }

  /** To be called only when there is room. */
  accept(letter: DeadLetter): void {
    this.#waiting.push(letter);
    this.#writing ??= this.#writeAll();
  }

  /** After the last letter: writes what waits, and commits. Rejects when that cannot be; the run knows why. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish();
    return this.#finishing;
  }

  /** The run is over. What is not committed is undone; the call that is under way has `graceMs` to settle first, as calls never overlap. */
  async release(reason: unknown, graceMs: number): Promise<void> {
    const life = this.#life;
    if (life.kind === 'committed') return;
    if (life.kind !== 'committing') this.#life = { kind: 'over' };
    this.#controller.abort(reason);
    await within(graceMs, Promise.allSettled([this.#writing, this.#finishing]));
    if (life.kind === 'unopened' || life.kind === 'over' || this.#isCommitted()) return;
    this.#life = { kind: 'over' };
    await life.writer.abort(reason);
  }

  async #writeAll(): Promise<void> {
    // What fails in one step of a stage is written together.
    await Promise.resolve();
    const { signal } = this.#controller;
    while (this.#life.kind === 'open' && this.#waiting.length > 0) {
      const { writer } = this.#life;
      const letters = this.#waiting;
      this.#waiting = [];
      this.#inWrite = letters.length;
      try {
        await writer.write(letters, { signal });
      } catch (error) {
        this.#break(writer, error);
        break;
      }
      this.written += letters.length;
      this.#inWrite = 0;
      this.#wakeAll();
    }
    this.#writing = undefined;
  }

  async #finish(): Promise<void> {
    await this.#writing;
    if (this.#life.kind !== 'open') throw new ClosedError('the dead letters are not to be committed: the run is over');
    const { writer } = this.#life;
    this.#life = { kind: 'committing', writer };
    try {
      await writer.flush?.({ signal: this.#controller.signal });
      await writer.commit();
    } catch (error) {
      this.#break(writer, error);
      throw error;
    }
    if (this.#life.kind === 'committing') this.#life = { kind: 'committed' };
  }

  #break(writer: Writer<DeadLetter>, error: unknown): void {
    // When it was released meanwhile, the run has its outcome.
    if (this.#life.kind === 'over') return;
    this.#life = { kind: 'broken', writer };
    this.#host.failed(error);
  }

  /** Asked after a wait, in which that may have changed. */
  #isCommitted(): boolean {
    return this.#life.kind === 'committed';
  }

  #wakeAll(): void {
    const stages = [...this.#wantRoom];
    this.#wantRoom.clear();
    for (const stage of stages) this.#host.wake(stage);
  }
}
