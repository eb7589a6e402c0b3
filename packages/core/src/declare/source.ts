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

/** Where items come from. Every run opens its source once; all members are function-typed properties, so that a wrong `T` does not compile. */
export interface Source<out T> {
  /** Connector's name; the stage is called so in plans and reports. */
  readonly name: string;
  /** Items that one pull brings at most. Without it the memory bound of a plan is not known as a number. */
  readonly maxPull?: number;
  /** Sees whether the source could be read, without reading it. Rejects with the reason. */
  readonly check?: (context: SourceContext) => Promise<void>;
  /**
   * Starts to read. The iterable is pulled once at a time, only while the first queue has room; its `return()` releases what it holds.
   * An error that it throws may carry `origin`, the place in the data, which the run's error takes over.
   */
  readonly open: (context: SourceContext) => AsyncIterable<Pull<T>>;
}
