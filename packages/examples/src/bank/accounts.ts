import type { SharedArray } from '@millrace/workers';

/** Balances, in shared memory. */
export type Accounts = SharedArray<'int32'>;

export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** As one writes it for one thread. Others come in between: while they read and write, and while the money is in neither account. */
export function transferUnguarded(accounts: Accounts, { from, to, amount }: Transfer): void {
  accounts.array[from]! -= amount;
  accounts.array[to]! += amount;
}

/** The same in one step. The lock is an `RLock`: `withdraw` and `deposit` take it again, so that they are safe by themselves, too. */
export function transfer(accounts: Accounts, { from, to, amount }: Transfer): void {
  accounts.lock.runSync(() => {
    withdraw(accounts, from, amount);
    deposit(accounts, to, amount);
  });
}

export function sum(accounts: Accounts): number {
  return accounts.array.reduce((total, balance) => total + balance, 0);
}

function withdraw(accounts: Accounts, from: number, amount: number): void {
  accounts.runSync((balances) => {
    balances[from]! -= amount;
  });
}

function deposit(accounts: Accounts, to: number, amount: number): void {
  accounts.runSync((balances) => {
    balances[to]! += amount;
  });
}
