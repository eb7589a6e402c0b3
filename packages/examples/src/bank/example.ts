import { Barrier, SharedArray, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { type Accounts, sum } from './accounts.js';
import { auditor, teller } from './tasks.js';

export const example = declare(
  {
    careless: { doc: 'transfers of each of the two tellers, without a lock', default: 20_000_000, short: 5_000 },
    careful: { doc: 'the same with the lock', default: 200_000, short: 1_000 },
    audits: { doc: 'how often the auditor adds up, each way', default: 200_000, short: 1_000 },
    balance: { doc: 'what each of the two accounts has at first', default: 1_000, short: 1_000, min: 0 },
  },
  async ({ audits, balance, ...times }, print) => {
    const open = () => new SharedArray('int32', [balance, balance]);
    const bank = { times, audits, careless: open(), careful: open(), together: new Barrier(3) };
    const expected = 2 * balance;
    const audit = spawnThread('auditor', auditor, { bank, expected });
    // What one takes there, the other brings back: in the end nothing has changed.
    await resultsOf([
      spawnThread('teller 1', teller, { bank, order: { from: 0, to: 1, amount: 5 } }),
      spawnThread('teller 2', teller, { bank, order: { from: 1, to: 0, amount: 5 } }),
    ]);
    const [wrong] = await resultsOf([audit]);

    const tell = (way: string, accounts: Accounts, wrongSums: number): void => {
      const [one, other] = accounts.array;
      print(`${way}: ${one} + ${other} = ${sum(accounts)}, and ${expected} were paid in`);
      print(`${way}: ${wrongSums} of ${audits} audits found a wrong sum`);
    };
    tell('without a lock', bank.careless, wrong!.careless);
    tell('with the lock', bank.careful, wrong!.careful);
  },
);
