import { from, lastValueFrom, mergeMap, tap } from 'rxjs';
import { concurrency, type IoRun } from './io-run.js';

/** It emits as tasks end, so the order holds only because all tasks take the same time. */
export async function rxjsMergeMap({ items, task, tally }: IoRun): Promise<void> {
  await lastValueFrom(
    from(items()).pipe(
      mergeMap(task, concurrency),
      tap((output) => tally.add(output)),
    ),
  );
}
