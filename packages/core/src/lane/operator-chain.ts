import type { Subscriber, Subscription } from 'rxjs';
import type { AnyOperator } from '../declare/declaration.js';
import { rx } from '../rxjs.js';

export interface ChainOut {
  readonly next: (value: unknown) => void;
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

/** One instance of a chain of RxJS operators, fed through a bare subscriber: no Subject, no scheduler, no buffer of its own. */
export class OperatorChain {
  #feeder: Subscriber<unknown> | undefined;
  readonly #subscription: Subscription;

  constructor(operators: readonly AnyOperator[], out: ChainOut) {
    const { Observable } = rx();
    const input = new Observable<unknown>((subscriber) => {
      // A chain that subscribes twice (repeat, retry) takes over with its latest subscription, as with any hot input.
      this.#feeder = subscriber;
    });
    this.#subscription = operators.reduce((chain, operator) => operator(chain), input).subscribe(out);
  }

  /** Outputs come during the call or later. Never re-entrant: the owner feeds from its own loop. */
  next(item: unknown): void {
    this.#feeder?.next(item);
  }

  complete(): void {
    this.#feeder?.complete();
  }

  close(): void {
    this.#subscription.unsubscribe();
  }
}
