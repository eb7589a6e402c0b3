import type { AnyOperator } from '../declare/declaration.js';
import { valueText } from '../declare/value-text.js';
import { rx, type Subscriber } from '../rxjs.js';
import type { ChainOut } from './chain.js';

/** One instance of a chain of RxJS operators, fed through bare subscribers: no Subject, no scheduler, no buffer of its own. */
export class OperatorChain {
  /**
   * The chain's subscriptions to its input, which is hot: mostly one. An operator may subscribe several times at once
   * (`merge(input, input)`), or again (`repeat`, `retry`). Never changed, but replaced: items are fed while they come and go.
   */
  #feeders: readonly Subscriber<unknown>[] = [];
  readonly #operators: readonly AnyOperator[];
  /** Stands before the chain is subscribed to, so that one which emits without end as it is can be stopped. */
  readonly #outlet: Subscriber<unknown>;
  #ended = false;

  constructor(operators: readonly AnyOperator[], out: ChainOut) {
    const { Subscriber } = rx();
    this.#operators = operators;
    this.#outlet = new Subscriber(out);
  }

  /** Subscribes. It may emit at once, complete, or throw. */
  open(): void {
    const { Observable } = rx();
    const input = new Observable<unknown>((subscriber) => {
      // Who subscribes again after END would do so for ever, as `repeat` does: it is over.
      if (this.#ended) this.#outlet.complete();
      else this.#feeders = [...this.#feeders.filter(({ closed }) => !closed), subscriber];
    });
    this.#operators.reduce((chain, operator) => subscribable(operator(chain)), input).subscribe(this.#outlet);
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

/** An operator of one's own may have forgotten to return what it makes; a foreign Observable will do. */
function subscribable<Chain>(chain: Chain): Chain {
  if (typeof (chain as { subscribe?: unknown } | null | undefined)?.subscribe === 'function') return chain;
  throw new TypeError(
    `an operator must return an Observable, made of the one that it is given, and one returned ${valueText(chain)}`,
  );
}
