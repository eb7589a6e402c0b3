import type { AnyOperator } from '../declare/declaration.js';
import type { Chain, ChainHost } from './chain.js';
import { OperatorChain } from './operator-chain.js';

/** One instance of the operators for all items. */
export class SingleChain implements Chain {
  readonly dropped = 0;
  readonly keys = 0;
  pending = 0;
  readonly #chain: OperatorChain;
  readonly #counted: boolean;

  /** @param counted somebody looks at `pending` */
  constructor(operators: readonly AnyOperator[], host: ChainHost, counted: boolean) {
    this.#counted = counted;
    const next = (value: unknown): void => {
      this.pending -= 1;
      host.next(value);
    };
    this.#chain = new OperatorChain(operators, { next: counted ? next : host.next, error: host.error, complete: host.complete });
  }

  readonly open = (): void => this.#chain.open();

  readonly next = (item: unknown): void => {
    if (this.#counted) this.pending += 1;
    this.#chain.next(item);
  };

  readonly release = (): boolean => false;

  readonly complete = (): void => this.#chain.complete();

  readonly close = (): void => this.#chain.close();
}
