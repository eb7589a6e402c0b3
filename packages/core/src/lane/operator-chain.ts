import type { AnyOperator } from '../declare/declaration.js';
import { rx, type Subscriber } from '../rxjs.js';
import type { ChainOut } from './chain.js';

let outletClass: (new (out: ChainOut) => Subscriber<unknown>) | undefined;

/**
 * The end of a chain. It stands before the chain is subscribed to, so that one which emits without end as it is can be stopped. Its class is
 * made with the first one: a lane may not have loaded RxJS before.
 */
function outletTo(out: ChainOut): Subscriber<unknown> {
  outletClass ??= makeOutletClass();
  return new outletClass(out);
}

function makeOutletClass(): new (out: ChainOut) => Subscriber<unknown> {
  return class Outlet extends rx().Subscriber<unknown> {
    readonly #out: ChainOut;

    constructor(out: ChainOut) {
      super();
      this.#out = out;
    }

    protected override _next(value: unknown): void {
      this.#out.next(value);
    }

    protected override _error(error: unknown): void {
      try {
        this.#out.error(error);
      } finally {
        this.unsubscribe();
      }
    }

    protected override _complete(): void {
      try {
        this.#out.complete();
      } finally {
        this.unsubscribe();
      }
    }
  };
}

/** One instance of a chain of RxJS operators, fed through bare subscribers: no Subject, no scheduler, no buffer of its own. */
export class OperatorChain {
  /**
   * The chain's subscriptions to its input, which is hot: mostly one. An operator may subscribe several times at once
   * (`merge(input, input)`), or again (`repeat`, `retry`). Never changed, but replaced: items are fed while they come and go.
   */
  #feeders: readonly Subscriber<unknown>[] = [];
  readonly #operators: readonly AnyOperator[];
  readonly #outlet: Subscriber<unknown>;
  #ended = false;

  constructor(operators: readonly AnyOperator[], out: ChainOut) {
    this.#operators = operators;
    this.#outlet = outletTo(out);
  }

  /** Subscribes. It may emit at once, complete, or throw. */
  open(): void {
    const { Observable } = rx();
    const input = new Observable<unknown>((subscriber) => {
      // Who subscribes again after END would do so for ever, as `repeat` does: it is over.
      if (this.#ended) this.#outlet.complete();
      else this.#feeders = [...this.#feeders.filter(({ closed }) => !closed), subscriber];
    });
    this.#operators.reduce((chain, operator) => operator(chain), input).subscribe(this.#outlet);
  }

  /** Outputs come during the call or later. Never re-entrant: the owner feeds from its own loop. */
  next(item: unknown): void {
    const feeders = this.#feeders;
    if (feeders.length === 1) feeders[0]!.next(item);
    else for (const feeder of feeders) feeder.next(item);
  }

  complete(): void {
    this.#ended = true;
    for (const feeder of this.#feeders) feeder.complete();
  }

  close(): void {
    this.#outlet.unsubscribe();
  }
}
