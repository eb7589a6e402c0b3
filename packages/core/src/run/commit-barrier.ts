import { SinkStage } from './sink-stage.js';
import type { LiveStage } from './stage.js';

/**
 * Lets the sinks of a run commit, when all ends of the flow have all that comes to them: a run that fails in one branch then leaves nothing
 * of another. One after the other, so that when one cannot commit as few as possible have.
 */
export class CommitBarrier {
  readonly #endsOf: () => readonly LiveStage[];

  constructor(endsOf: () => readonly LiveStage[]) {
    this.#endsOf = endsOf;
  }

  /** To be called whenever an end has done something. */
  advance(): void {
    const ends = this.#endsOf();
    if (!ends.every((end) => end.ended || (end instanceof SinkStage && (end.written || end.committed)))) return;
    for (const end of ends) {
      if (!(end instanceof SinkStage) || !end.written) continue;
      end.commit();
      return;
    }
  }

  /** A commit has begun: what was written may be visible. */
  get begun(): boolean {
    return this.#endsOf().some((end) => end instanceof SinkStage && (end.committing || end.committed));
  }

  /** Names of the sinks that have committed. */
  get committed(): readonly string[] {
    return this.#endsOf().flatMap((end) => (end instanceof SinkStage && end.committed ? [end.name] : []));
  }
}
