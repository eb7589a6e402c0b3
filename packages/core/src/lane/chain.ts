/** Where the outputs of a chain go. */
export interface ChainOut {
  readonly next: (value: unknown) => void;
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

/** RxJS operators at work for a stage: one instance of them, or one for each key. Fed from the owner's own loop, never re-entrantly. */
export interface Chain {
  /** Inputs of which an output is still owed, where each owes one. */
  readonly pending: number;
  /** Items that nobody wanted: the operators for their key had completed. */
  readonly dropped: number;
  /** Keys known; 0 without. */
  readonly keys: number;
  /** Begins: it may emit, complete or throw. Comes first. */
  readonly open: () => void;
  /** Feeds one item; outputs come during the call or later. @param key where the stage has keys */
  readonly next: (item: unknown, key: unknown) => void;
  /**
   * Lets one instance complete that is due to, which may emit. True when there was one. Asked while there is room for outputs, before each
   * item; `ChainHost.due` says that there is one.
   */
  readonly release: () => boolean;
  /** No more items. */
  readonly complete: () => void;
  /** Nothing is told any more. */
  readonly close: () => void;
}

/** What a chain tells its owner. */
export interface ChainHost extends ChainOut {
  /** `release` has something to do, or fewer outputs are owed without one that came. */
  readonly due: () => void;
}
