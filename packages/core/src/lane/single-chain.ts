import type { AnyOperator } from '../declare/declaration.js';
import type { Chain, ChainHost } from './chain.js';
import { OperatorChain } from './operator-chain.js';

/** One instance of the operators for all items. */
export class SingleChain implements Chain {
  readonly dropped = 0;
  readonly keys = 0;
  pending = 0;
  readonly #chain: OperatorChain;

  constructor(operators: readonly AnyOperator[], host: ChainHost) {
    this.#chain = new OperatorChain(operators, {
      next: (value) => {
        this.pending -= 1;
        host.next(value);
      },
      error: host.error,
      complete: host.complete,
    });
  }

  readonly open = (): void => this.#chain.open();

  readonly next = (item: unknown): void => {
    this.pending += 1;
    this.#chain.next(item);
  };

  readonly release = (): boolean => false;

  readonly complete = (): void => this.#chain.complete();

  readonly close = (): void => this.#chain.close();
}
