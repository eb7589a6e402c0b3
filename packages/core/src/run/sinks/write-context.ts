import type { SinkContext } from '../../declare/sink.js';
import { ordinalOf, sourceOf } from '../tag.js';

/** What all writes of a sink have in common. */
export interface SinkBasis {
  readonly signal: AbortSignal;
  /** Names of the sources, by their numbers. */
  readonly sources: readonly string[];
}

/** Tells of the items of one write where they come from; nothing is computed before it is asked for. */
export class WriteContext implements SinkContext {
  readonly signal: AbortSignal;
  readonly #names: readonly string[];
  readonly #tags: readonly number[];

  /**
   * @param names of the sources, by their numbers
   * @param tags of the items, -1 where none is known
   */
  constructor(signal: AbortSignal, names: readonly string[], tags: readonly number[]) {
    this.signal = signal;
    this.#names = names;
    this.#tags = tags;
  }

  get positions(): readonly (number | undefined)[] {
    return this.#tags.map((tag) => (tag < 0 ? undefined : ordinalOf(tag)));
  }

  get sources(): readonly (string | undefined)[] {
    return this.#tags.map((tag) => (tag < 0 ? undefined : this.#names[sourceOf(tag)]));
  }

  /** The tag of the item that an error blames by its `index` in an earlier write, which it names by the `context`; undefined for all others. */
  static blamedBy(error: unknown): number | undefined {
    try {
      const { context, index } = Object(error) as { context?: unknown; index?: unknown };
      return context instanceof WriteContext && typeof index === 'number' ? context.#tags[index] : undefined;
    } catch {
      // The error is the user's, and so are its getters.
      return undefined;
    }
  }
}
