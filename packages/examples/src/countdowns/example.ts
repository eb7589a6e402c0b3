import { loopPool, type TaskPool, threadPool } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { stopwatch } from '../runner/stopwatch.js';
import { countDown, countdown } from './tasks.js';

export const example = declare(
  {
    from: { doc: 'where each countdown begins', default: 100_000_000, short: 1_000 },
    countdowns: { doc: 'how many countdowns', default: 2, short: 2 },
  },
  async ({ from, countdowns }, print) => {
    const all = Array.from({ length: countdowns }, () => from);
    const onPool = async (pool: TaskPool): Promise<number> => {
      let counted = 0;
      for await (const steps of pool.map(countdown, all)) counted += steps;
      return counted;
    };
    const report = (way: string, counted: number, time: string): void => print(`${way}: ${counted} steps in ${time}`);

    let elapsed = stopwatch();
    report(
      'one after another',
      all.map(countDown).reduce((sum, steps) => sum + steps, 0),
      elapsed(),
    );
    elapsed = stopwatch();
    report('on the event loop', await loopPool({ workers: countdowns }).use(onPool), elapsed());
    await threadPool({ workers: countdowns }).use(async (pool) => {
      // Workers that have started and know the task: this is about computing.
      await Promise.all(all.map(() => pool.submit(countdown, 1)));
      elapsed = stopwatch();
      report(`on ${countdowns} threads`, await onPool(pool), elapsed());
    });
  },
);
