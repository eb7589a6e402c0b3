import { ndjson } from '@millrace/connectors';
import type { DeadLetter, Sink } from '@millrace/core';

/**
 * Where the letters go of what fails in a replay, too. They have no position: in a replay it counts letters, and would be read as that of an
 * item of the source. Their origin is still that of the item. It has no `target`: the replay refuses by itself, and says more, what shares its file.
 */
export function lettersSink(file: string): Sink<DeadLetter> {
  const lines = ndjson.write(file);
  return {
    name: lines.name,
    open: async (context) => {
      const writer = await lines.open(context);
      return {
        write: (letters, at) =>
          writer.write(
            letters.map(({ position: _none, ...letter }) => letter),
            at,
          ),
        ...(writer.flush !== undefined && { flush: (at) => writer.flush!(at) }),
        commit: () => writer.commit(),
        abort: (reason) => writer.abort(reason),
      };
    },
  };
}
