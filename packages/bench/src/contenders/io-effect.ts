import { Effect, Stream } from 'effect';
import { concurrency, type IoRun } from './io-run.js';

export async function effectMapEffect({ items, task, tally }: IoRun): Promise<void> {
  const outputs = Stream.fromIterable(items()).pipe(
    Stream.mapEffect((item) => Effect.promise(() => task(item)), { concurrency }),
  );
  await Effect.runPromise(Stream.runForEach(outputs, (output) => Effect.sync(() => tally.add(output))));
}
