import type { StreamBody, StreamLaneJob, StreamOut } from '@millrace/workers';
import type { AnyOperator } from '../declare/declaration.js';
import { LateEmissionError, StallError } from '../errors.js';
import { systemTimers } from '../timers.js';
import type { Chain } from './chain.js';
import { type ChainTerms, chainOf } from './chain-of.js';
import type { LaneSpec } from './lane-spec.js';

/** What the operators of a stage did in a lane since it last told. */
export interface StreamNote {
  /** Items that nobody wanted. */
  readonly dropped: number;
  /** Inputs that owe no output any more, though none came: dropped, or of a chain that is over. May be negative. */
  readonly settled: number;
  /** Most keys known at once; no difference. */
  readonly keys: number;
}

const unkeyed: ChainTerms = { maxKeys: undefined, keyIdleMs: undefined, maxPending: undefined, lineage: undefined };

/** The operators of a stage as the body of a lane's stream. */
export function streamJob(operators: readonly AnyOperator[], spec: LaneSpec): StreamLaneJob {
  const { stage, chain: terms = unkeyed } = spec;
  let body: ChainBody | undefined;
  return {
    kind: 'stream',
    traced: terms.lineage === 'sync',
    maxHeld: spec.maxHeld ?? Number.POSITIVE_INFINITY,
    stalled: (held) => new StallError(stage, { in: body?.fed ?? 0, out: (body?.emitted ?? held) - held, held }),
    open: (out) => {
      body = new ChainBody(stage, operators, out, terms);
      return body;
    },
  };
}

class ChainBody implements StreamBody {
  fed = 0;
  emitted = 0;
  readonly #stage: string;
  readonly #out: StreamOut;
  readonly #terms: ChainTerms;
  readonly #chain: Chain;
  #feeding = false;
  #told: StreamNote = { dropped: 0, settled: 0, keys: 0 };
  /** Most keys since it last told. */
  #keys = 0;

  constructor(stage: string, operators: readonly AnyOperator[], out: StreamOut, terms: ChainTerms) {
    this.#stage = stage;
    this.#out = out;
    this.#terms = terms;
    const host = { next: this.#emit, error: out.error, complete: out.complete, due: out.wake };
    this.#chain = chainOf(stage, operators, host, terms, systemTimers);
    this.#chain.open();
  }

  readonly next = (item: unknown, key: unknown): void => {
    this.fed += 1;
    this.#feeding = true;
    // Left as it is when that throws: nothing is fed any more.
    this.#chain.next(item, key);
    this.#feeding = false;
    if (this.#chain.keys > this.#keys) this.#keys = this.#chain.keys;
  };

  readonly release = (): boolean => this.#chain.release();

  readonly complete = (): void => this.#chain.complete();

  readonly close = (): void => this.#chain.close();

  /** Without keys nothing is to be said: what is pending is what came in and did not come out. */
  readonly note = (): StreamNote | undefined => {
    if (this.#terms.maxKeys === undefined) return undefined;
    const { dropped, pending, keys } = this.#chain;
    const told = this.#told;
    const now = { dropped, settled: this.fed - this.emitted - pending, keys: Math.max(keys, this.#keys) };
    this.#keys = keys;
    if (now.dropped === told.dropped && now.settled === told.settled && now.keys === told.keys) return undefined;
    this.#told = now;
    return { dropped: now.dropped - told.dropped, settled: now.settled - told.settled, keys: now.keys };
  };

  readonly #emit = (value: unknown): void => {
    if (this.#terms.lineage === 'sync' && !this.#feeding) {
      this.#out.error(new LateEmissionError(this.#stage));
      return;
    }
    this.emitted += 1;
    this.#out.next(value);
  };
}
