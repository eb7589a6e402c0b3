/** An error as JSON can carry it; `cause` likewise. Own fields of the error stand beside these, as far as JSON can carry them. */
export interface ErrorRecord {
  /** Name of its class: `TypeError`, `TimeoutError`. `NonError` for what was thrown and is no error: `message` tells it. */
  readonly name: string;
  /** What it says, for people. */
  readonly message: string;
  /** Its code for programs, where it has one: `ENOENT`, `ERR_TIMEOUT`. */
  readonly code?: string | number;
  /** Where it was thrown, in lines; absent where it has none. */
  readonly stack?: string;
  /** What it was caused by; absent where nothing is named. */
  readonly cause?: ErrorRecord;
  /** A further own field of the error. */
  readonly [field: string]: unknown;
}

/**
 * What is written of an item that has failed for good, when the stage says `onError: 'deadLetter'`. Plain data, as JSON can carry it.
 *
 * @example One letter, as a line of NDJSON
 * ```json
 * {"pipeline":"orders","stage":"parse","position":16,"origin":"orders.csv:17:1","attempts":1,"at":"2025-01-31T12:00:00.000Z",
 *  "error":{"name":"RangeError","message":"total is negative"},"item":{"id":"17","total":"-3"}}
 * ```
 */
export interface DeadLetter {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** The stage that the item failed in. */
  readonly stage: string;
  /** 0-based ordinal of the source item that it descends from; undefined where none is known. */
  readonly position: number | undefined;
  /** Where that item comes from, in the connector's words: `orders.csv:17:1`. */
  readonly origin: string | undefined;
  /** Attempts that were made, from 1. */
  readonly attempts: number;
  /** When it failed for good, as an ISO 8601 time in UTC. */
  readonly at: string;
  /** What the last attempt failed with. */
  readonly error: ErrorRecord;
  /** What came into the stage, or what stands for it: see `encoded`. `itemOf(letter)` gives it back as it was. */
  readonly item: unknown;
  /**
   * Absent: the item is as it was. `v8`: JSON cannot carry it, so it is what `v8.serialize` makes, in base64. `text`: nothing can carry it
   * (a function is in it, say), so it is told in words and cannot be had back.
   */
  readonly encoded?: 'v8' | 'text';
}
