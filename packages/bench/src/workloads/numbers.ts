import type { Workload } from './workload.js';

/** Items of one run, where a scenario makes many: the best size for RxJS's mergeMap, whose buffer shifts in O(n). */
export const runItems = 10_000;

/** Small numbers and next to no work. They begin anew with every run, so that many runs are one workload. */
export const numbers: Workload<number, number> = {
  name: 'numbers',
  *items({ items }) {
    for (let i = 0; i < items; i++) yield i % runItems;
  },
  task: (n) => n + 1,
  digest: (n) => n,
};
