/** Bytes that come when they are asked for. */
export interface Input {
  /** Empty at the end. An abort ends a pending one with the signal's reason. */
  readonly read: () => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}
