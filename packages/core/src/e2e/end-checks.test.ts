import { expect, test } from '@jest/globals';
import { flow, pipeline, type Sink, type Source } from '@millrace/core';

const refusal = new Error('the server is not there');
let opened = 0;

const source = (name: string, check?: Source<number>['check']): Source<number> => ({
  name,
  ...(check && { check }),
  open: () => {
    opened += 1;
    throw new Error('a check opens nothing');
  },
});

const sink = (name: string, check?: Sink<unknown>['check']): Sink<unknown> => ({
  name,
  ...(check && { check }),
  open: () => {
    opened += 1;
    throw new Error('a check opens nothing');
  },
});

const ends = pipeline(import.meta, 'ends', (source: () => Source<number>) =>
  flow(source(), { deadLetters: sink('letters', () => Promise.reject(refusal)) }).to(sink('table')),
);

test('check() asks sources, sinks and dead letters whether they could be opened, and opens none', async () => {
  const found = await ends.check(() => source('numbers', async () => {}));
  expect(found).toEqual([
    { name: 'numbers', end: 'source', outcome: 'ok' },
    { name: 'table', end: 'sink', outcome: 'unknown' },
    { name: 'letters', end: 'deadLetters', outcome: 'failed', error: refusal },
  ]);
  expect(opened).toBe(0);
});

test('check() of a check that throws at once reports that, too', async () => {
  const [first] = await ends.check(() =>
    source('numbers', () => {
      throw refusal;
    }),
  );
  expect(first).toEqual({ name: 'numbers', end: 'source', outcome: 'failed', error: refusal });
});

test('what its connectors are given is the signal of the caller', async () => {
  const { signal } = new AbortController();
  let given: AbortSignal | undefined;
  const check: Source<number>['check'] = async (context) => {
    given = context.signal;
  };
  await ends.check(() => source('numbers', check), { signal });
  expect(given).toBe(signal);
});
