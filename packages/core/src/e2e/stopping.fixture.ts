import { expect } from '@jest/globals';
import { CancelledError, type Run, type RunReport } from '@millrace/core';
import { discrepancies, never, rejection } from './kit.fixture.js';

/** Some numbers, then nothing for ever; `returned` tells whether it was asked to return. */
export function stalling(count: number) {
  const seen = { returned: 0 };
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => {
      let at = 0;
      return {
        next: () => (at < count ? Promise.resolve({ done: false, value: at++ }) : never()),
        return: async () => {
          seen.returned += 1;
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { seen, source: () => source };
}

/** What a run that was cancelled rejects with, once it has been looked at. */
export async function cancelled(run: Run, reason?: unknown): Promise<CancelledError & { report: RunReport }> {
  const error = await rejection(run.finished);
  expect(error).toBeInstanceOf(CancelledError);
  const ended = error as CancelledError & { report: RunReport };
  expect(ended.cause).toBe(reason);
  expect(ended.report.outcome).toBe('cancelled');
  expect(discrepancies(ended.report)).toEqual([]);
  return ended;
}
