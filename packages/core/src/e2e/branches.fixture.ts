import type { Sink, Source } from '@millrace/core';
import { memorySink } from './kit.fixture.js';
/** A sink under a name of its own. */
export function namedSink<T>(name: string, before?: Parameters<typeof memorySink<T>>[0]) {
  const memory = memorySink<T>(before);
  return { ...memory, sink: { ...memory.sink, name } satisfies Sink<T>, count: memory.count };
}

/** A source of pulls of `perPull` items, which tells of each where it comes from: `name:1` and on. */
export function rows<T>(name: string, items: readonly T[], perPull = 4) {
  const seen = { pulled: 0, returned: 0 };
  const source: Source<T> = {
    name,
    maxPull: perPull,
    open: async function* () {
      try {
        for (let from = 0; from < items.length; from += perPull) {
          seen.pulled += 1;
          yield { items: items.slice(from, from + perPull), origin: (index) => `${name}:${from + index + 1}` };
        }
      } finally {
        seen.returned += 1;
      }
    },
  };
  return { source, seen };
}

/** The row of a stage in a report. */
export const stageIn = (report: { stages: readonly { name: string }[] }, name: string) =>
  report.stages.find((stage) => stage.name === name);
