import { pack, unpack } from '../codec/codec.js';
import { copyOf } from '../wire/clone-fault.js';

export type Ask =
  | { readonly kind: 'put'; readonly value: unknown }
  | { readonly kind: 'take' }
  /** Whether there is something to take, or the end: answered when there is. */
  | { readonly kind: 'watch' }
  | { readonly kind: 'count' }
  /** Answered when nothing is unfinished. */
  | { readonly kind: 'join' };

export type Answer =
  | { readonly kind: 'ok' }
  /** `settle` says once whether it has reached the code that asked; if not, it goes back to where it came from. */
  | { readonly kind: 'item'; readonly value: unknown; readonly settle: (received: boolean) => void }
  | { readonly kind: 'count'; readonly count: number }
  /** Nothing more is taken in, or nothing more comes; `error` where that is nobody's wish. */
  | { readonly kind: 'ended'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A bounded number of values and those who wait for them: the store itself, or the way to one in the thread that started this one. */
export interface Store {
  /** Calls `hear` once, perhaps at once. What is returned makes that never; an item that was on its way goes back. Not for a `put`. */
  readonly ask: (ask: Ask, hear: (answer: Answer) => void) => () => void;
  /** What is to be put of a value that the caller may go on to change. @throws CloneError */
  readonly copy: (value: unknown) => unknown;
  /** One item that was taken is finished. */
  readonly done: () => void;
  /** So many items that were taken will never be finished. */
  readonly forfeit: (count: number, error: unknown) => void;
  /** Nothing more is put; what is there, and what waits for room, can still be taken. */
  readonly close: (error?: unknown) => void;
  /** Nothing more is taken: what is there is dropped. */
  readonly abandon: (error?: unknown) => void;
}

interface Put {
  readonly value: unknown;
  readonly hear: (answer: Answer) => void;
}

type State = { readonly kind: 'open' } | { readonly kind: 'closed' | 'abandoned'; readonly error: unknown };

/** The store itself. */
export class HomeStore implements Store {
  readonly #capacity: number;
  /** Oldest first. */
  #items: unknown[] = [];
  /** Those who wait for room, for an item, for a sign of one, and for the last one to be finished. */
  #puts: Put[] = [];
  readonly #takers = new Set<(answer: Answer) => void>();
  readonly #watchers = new Set<(answer: Answer) => void>();
  readonly #joiners = new Set<(answer: Answer) => void>();
  #unfinished = 0;
  /** Items that were told and have not settled: each may come back, so until then the end of a closed store is not known. */
  #underWay = 0;
  /** Of items that will never be finished, until somebody has been told. */
  #lost: { readonly error: unknown } | undefined;
  #state: State = { kind: 'open' };

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  readonly ask = (ask: Ask, hear: (answer: Answer) => void): (() => void) => {
    switch (ask.kind) {
      case 'put':
        if (this.#state.kind !== 'open') hear({ kind: 'ended', error: this.#state.error });
        else this.#puts.push({ value: ask.value, hear });
        break;
      case 'take':
        this.#takers.add(hear);
        break;
      case 'watch':
        this.#watchers.add(hear);
        break;
      case 'count':
        hear({ kind: 'count', count: this.#items.length });
        break;
      case 'join':
        this.#joiners.add(hear);
        break;
    }
    this.#serve();
    return () => {
      this.#takers.delete(hear);
      this.#watchers.delete(hear);
      this.#joiners.delete(hear);
    };
  };

  /** The same that would arrive at a worker. */
  readonly copy = (value: unknown): unknown => {
    const copy = copyOf(value, 'value', (whole) => unpack(structuredClone(pack([whole])))[0]);
    if (copy.kind === 'fault') throw copy.fault;
    return copy.value;
  };

  readonly done = (): void => {
    this.#unfinished = Math.max(0, this.#unfinished - 1);
    this.#serve();
  };

  readonly forfeit = (count: number, error: unknown): void => {
    this.#unfinished = Math.max(0, this.#unfinished - count);
    this.#lost ??= { error };
    this.#serve();
  };

  readonly close = (error?: unknown): void => {
    if (this.#state.kind !== 'open') return;
    this.#state = { kind: 'closed', error };
    this.#serve();
  };

  readonly abandon = (error?: unknown): void => {
    if (this.#state.kind === 'abandoned') return;
    this.#state = { kind: 'abandoned', error };
    this.#items = [];
    const puts = this.#puts;
    this.#puts = [];
    for (const { hear } of puts) hear({ kind: 'ended', error });
    this.#serve();
  };

  /** Each one is taken off before it is told: what it does then may lead here again. */
  #serve(): void {
    while (this.#puts.length > 0 && this.#items.length < this.#capacity) this.#admit();
    for (const hear of this.#takers) {
      if (this.#items.length === 0) break;
      this.#takers.delete(hear);
      const value = this.#items.shift();
      while (this.#puts.length > 0 && this.#items.length < this.#capacity) this.#admit();
      this.#underWay += 1;
      hear({ kind: 'item', value, settle: (received) => this.#settle(value, received) });
    }
    if (this.#items.length > 0) tell(this.#watchers, { kind: 'ok' });
    else if (this.#state.kind === 'abandoned' || (this.#state.kind === 'closed' && this.#underWay === 0)) {
      const { error } = this.#state;
      tell(this.#watchers, { kind: 'ok' });
      tell(this.#takers, { kind: 'ended', error });
    }
    if (this.#joiners.size === 0) return;
    if (this.#lost !== undefined) {
      const { error } = this.#lost;
      this.#lost = undefined;
      tell(this.#joiners, { kind: 'failed', error });
    } else if (this.#unfinished === 0 && this.#puts.length === 0) tell(this.#joiners, { kind: 'ok' });
  }

  #admit(): void {
    const { value, hear } = this.#puts.shift()!;
    this.#items.push(value);
    this.#unfinished += 1;
    hear({ kind: 'ok' });
  }

  /** What comes back may exceed the capacity by what workers that died had been sent: no more than they had asked for. */
  #settle(value: unknown, received: boolean): void {
    this.#underWay -= 1;
    if (!received && this.#state.kind !== 'abandoned') this.#items.unshift(value);
    else if (this.#state.kind === 'open') return;
    // Several go back in a row, the newest first: nobody may get one before the older ones lie there.
    queueMicrotask(() => this.#serve());
  }
}

function tell(waiting: Set<(answer: Answer) => void>, answer: Answer): void {
  for (const hear of waiting) {
    waiting.delete(hear);
    hear(answer);
  }
}
