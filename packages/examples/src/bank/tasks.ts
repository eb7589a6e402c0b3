import { type Barrier, task } from '@millrace/workers';
import { type Accounts, sum, type Transfer, transfer, transferUnguarded } from './accounts.js';

interface Bank {
  /** Transfers of each teller. */
  readonly times: { readonly careless: number; readonly careful: number };
  readonly audits: number;
  /** A bank whose tellers take no lock. */
  readonly careless: Accounts;
  /** … and one whose tellers do. */
  readonly careful: Accounts;
  /** Both begin when all are there. */
  readonly together: Barrier;
}

/** Makes one transfer over and over, at each of the banks. */
export const teller = task(
  import.meta,
  'teller',
  ({ bank: { times, careless, careful, together }, order }: { readonly bank: Bank; readonly order: Transfer }) => {
    together.waitSync();
    for (let n = 0; n < times.careless; n += 1) transferUnguarded(careless, order);
    together.waitSync();
    for (let n = 0; n < times.careful; n += 1) transfer(careful, order);
  },
);

/** Adds up all accounts while the tellers work; says how often the sum was wrong. */
export const auditor = task(
  import.meta,
  'auditor',
  ({ bank: { audits, careless, careful, together }, expected }: { readonly bank: Bank; readonly expected: number }) => {
    const wrong = { careless: 0, careful: 0 };
    together.waitSync();
    for (let n = 0; n < audits; n += 1) if (sum(careless) !== expected) wrong.careless += 1;
    together.waitSync();
    for (let n = 0; n < audits; n += 1) if (careful.lock.runSync(() => sum(careful)) !== expected) wrong.careful += 1;
    return wrong;
  },
);
