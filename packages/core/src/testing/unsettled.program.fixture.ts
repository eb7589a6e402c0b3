// A test run whose task never settles, and for which nothing is left that it could wait for. Prints how it ended.
import { flow, io, pipeline } from '@millrace/core';
import { hanging, testRun } from '@millrace/core/testing';

const hangs = pipeline(import.meta, 'hangs', () =>
  flow([1, 2, 3]).pipe(
    io(
      'ask',
      hanging((n: number) => n, 1),
    ),
  ),
);

const { error, report, delivered } = await testRun(hangs);
console.log(error instanceof Error && error.name, report.outcome, delivered.length);
