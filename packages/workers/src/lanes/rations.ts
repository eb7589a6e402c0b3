import type { FlightJob } from './in-flight.js';

/** How many items of jobs with `maxTasksPerWorker` a worker may still run. */
export class Rations {
  readonly #left = new Map<number, number>();
  #lent = 0;

  /** A job has no items left for it: the worker is to be replaced. */
  get areSpent(): boolean {
    if (this.#lent > 0) return false;
    for (const left of this.#left.values()) if (left === 0) return true;
    return false;
  }

  of({ id, maxTasksPerWorker }: FlightJob): number {
    if (maxTasksPerWorker === undefined) return Number.POSITIVE_INFINITY;
    return (this.#left.get(id) ?? maxTasksPerWorker) || this.#lent;
  }

  spend({ id, maxTasksPerWorker }: FlightJob, items: number): void {
    if (maxTasksPerWorker === undefined) return;
    const left = this.#left.get(id) ?? maxTasksPerWorker;
    if (left === 0) this.#lent = 0;
    this.#left.set(id, Math.max(0, left - items));
  }

  /** So many items were spent and not run after all. */
  refund({ id }: FlightJob, items: number): void {
    const left = this.#left.get(id);
    if (left !== undefined) this.#left.set(id, left + items);
  }

  /** One item more, for whichever job comes first. */
  lend(): void {
    this.#lent = 1;
  }

  /** The job is over. */
  drop(job: number): void {
    this.#left.delete(job);
  }
}
