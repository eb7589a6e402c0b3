/** What a source is told when it is opened. */
export interface SourceContext {
  /** Aborts when the run is cancelled, fails or stops early; a pending read should then end. */
  readonly signal: AbortSignal;
}

/** What one pull of a source brings. */
export interface Pull<out T> {
  readonly items: readonly T[];
  /** Position in the source after these items. Kept for checkpoints; not used yet. */
  readonly offset?: unknown;
  /** Where item `index` of this pull comes from, for people: `orders.csv:17:1`. Called only when an error needs it. */
  readonly origin?: (index: number) => string;
}

/** What is in a source that is open. */
export interface SourceGauge {
  /** Items that wait to be read. */
  readonly length: number;
  /** Items that came and will never be read. */
  readonly dropped: number;
  /** Resolves with the error when the source has failed: the run then fails at once, also while it has no room to read. */
  readonly broken?: Promise<unknown>;
}

/** A source that is open. */
export interface Reading<out T> extends AsyncIterable<Pull<T>> {
  /** Of a source that holds items until they are asked for. */
  readonly gauge?: SourceGauge;
}

/** Where items come from. Every run opens its source once; all members are function-typed properties, so that a wrong `T` does not compile. */
export interface Source<out T> {
  /** Connector's name; the stage is called so in plans and reports. */
  readonly name: string;
  /** Items that one pull brings at most. Without it the memory bound of a plan is not known as a number. */
  readonly maxPull?: number;
  /** Items that it may hold beyond a pull, since what brings them cannot be made to wait; a part of the memory bound. Absent: none. */
  readonly capacity?: number;
  /** Sees whether the source could be read, without reading it. Rejects with the reason. */
  readonly check?: (context: SourceContext) => Promise<void>;
  /**
   * Starts to read. The iterable is pulled once at a time, only while the first queue has room; its `return()` releases what it holds.
   * An error that it throws may carry `origin`, the place in the data, which the run's error takes over.
   */
  readonly open: (context: SourceContext) => Reading<T>;
}
