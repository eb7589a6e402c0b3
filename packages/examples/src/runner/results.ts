import type { WorkerHandle } from '@millrace/workers';

/** What the tasks of the workers have given, when all of them are gone. Rejects with what the first of them has failed by. */
export async function resultsOf<R>(workers: readonly WorkerHandle<R>[]): Promise<R[]> {
  await Promise.all(workers.map((worker) => worker.join()));
  return Promise.all(workers.map(({ result }) => result));
}
