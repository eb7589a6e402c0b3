import { expect } from '@jest/globals';
import { type RunReport, StageError } from '@millrace/core';
import { discrepancies } from './kit.fixture.js';
export class Broken extends Error {}

export const breakAt = (bad: number) => (n: number) => {
  if (n === bad) throw new Broken(`at ${n}`);
  return n;
};

export function checked(error: unknown, stage: string, position: number | undefined): StageError & { report: RunReport } {
  expect(error).toBeInstanceOf(StageError);
  expect(error).toMatchObject({ stage, position, attempt: 1 });
  const failed = error as StageError & { report: RunReport };
  expect(failed.cause).toBeInstanceOf(Broken);
  expect(failed.report.outcome).toBe('failed');
  expect(discrepancies(failed.report)).toEqual([]);
  return failed;
}
