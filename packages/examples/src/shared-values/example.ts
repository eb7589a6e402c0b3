import { CloneError, SharedArray, SharedValue, spawnProcess, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { add, change } from './tasks.js';

export const example = declare(
  {
    threads: { doc: 'threads that add to them', default: 4, short: 2 },
    times: { doc: 'how often each adds', default: 10_000, short: 50 },
  },
  async ({ threads, times }, print) => {
    const value = new SharedValue('float64', 0);
    const array = new SharedArray(
      'int32',
      Array.from({ length: 10 }, (_, index) => index),
    );
    const tell = (when: string): void => print(`${when}: ${value.value}, ${array.array.join(' ')}`);
    tell('at first');

    await resultsOf([spawnThread('changer', change, { value, array })]);
    tell('a thread has changed them');

    value.value = 0;
    array.array.fill(0);
    await resultsOf(Array.from({ length: threads }, (_, n) => spawnThread(`adder ${n + 1}`, add, { value, array, times })));
    tell(`${threads} threads have added ${times} times`);

    // Processes have no memory in common: such an argument is refused, and not copied without a word.
    await spawnProcess('stranger', change, { value, array }).result.catch((error: unknown) => {
      if (!(error instanceof CloneError)) throw error;
      print(`a process does not get them: ${error.code}, ${error.path}`);
    });
  },
);
