// A program whose run can never end, in the way that its argument says. Prints what is given back and what the run rejects with.
import { setImmediate } from 'node:timers/promises';
import { type CancelledError, cpu, flow, io, pipeline, runMain, type Sink, type UnsettledError } from '@millrace/core';
import { testRun } from '@millrace/core/testing';

const never = new Promise<never>(() => {});

function sink(
  parts: { open?: Promise<never>; write?: Promise<never>; flush?: Promise<never>; commit?: Promise<never> } = {},
): Sink<unknown> {
  return {
    name: 'kept',
    open: async () => {
      await parts.open;
      return {
        write: async () => parts.write,
        flush: async () => parts.flush,
        commit: async () => parts.commit,
        abort: async () => console.log('aborted'),
      };
    },
  };
}

async function* letters(): AsyncGenerator<string> {
  try {
    yield* ['a', 'b', 'c'];
  } finally {
    console.log('source returned');
  }
}

const task = pipeline(import.meta, 'task', () =>
  flow(['a', 'b'])
    .pipe(
      cpu('copy', (letter) => letter),
      io('wait', () => never),
    )
    .to(sink()),
);
const source = pipeline(import.meta, 'source', () =>
  flow({ name: 'silent', open: () => ({ [Symbol.asyncIterator]: () => ({ next: () => never }) }) }).to(sink()),
);
const some = pipeline(import.meta, 'some', () =>
  flow({
    name: 'some',
    open: async function* () {
      yield { items: ['a'], origin: () => 'a' };
      await never;
    },
  }).to(sink(), { batch: { items: 1 } }),
);
const rejected = pipeline(import.meta, 'rejected', () =>
  flow(
    {
      name: 'some',
      open: async function* () {
        yield { items: ['a'], origin: () => 'a' };
        await never;
      },
    },
    { deadLetters: sink() },
  ).pipe(io('refuse', () => Promise.reject(new Error('no')), { onError: 'deadLetter' })),
);
const refuse = io('refuse', () => Promise.reject(new Error('no')), { onError: 'deadLetter' });
const unwritten = pipeline(import.meta, 'unwritten', () =>
  flow(['a', 'b'], { deadLetters: sink({ write: never }) })
    .pipe(refuse)
    .to(sink()),
);
const uncommitted = pipeline(import.meta, 'uncommitted', () =>
  flow(['a', 'b'], { deadLetters: sink({ commit: never }) })
    .pipe(refuse)
    .to(sink()),
);
const unflushed = pipeline(import.meta, 'unflushed', () =>
  flow(['a'])
    .tee('first', (branch) => branch.to({ ...sink(), name: 'first' }))
    .to(sink({ flush: never })),
);
const opening = pipeline(import.meta, 'opening', () => flow(letters).to(sink({ open: never })));
const commit = pipeline(import.meta, 'commit', () => flow(['a']).to(sink({ commit: never })));
const read = pipeline(import.meta, 'read', () =>
  flow(letters).pipe(io('pass', (letter) => letter, { capacity: 1, concurrency: 1 })),
);
const outer = pipeline(import.meta, 'outer', () =>
  flow(['x']).pipe(io('inner', () => task.run(undefined, { workers: 0 }).catch((error: Error) => `gone on after ${error.name}`))),
);

const told = ({ name, message, report }: (UnsettledError | CancelledError) & { report?: { outcome: string } }): string =>
  `${name} ${report?.outcome}: ${message}`;

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  task: () => task.run(undefined, { workers: 0 }).catch(told),
  source: () => source.run().catch(told),
  opening: () => opening.run().catch(told),
  'opening, to drain': () => opening.start().drain().catch(told),
  commit: () => commit.run(undefined, { graceMs: 10 }).catch(told),
  unwritten: () => unwritten.run(undefined, { graceMs: 10 }).catch(told),
  uncommitted: () => uncommitted.run(undefined, { graceMs: 10 }).catch(told),
  unflushed: () => unflushed.run(undefined, { graceMs: 10 }).catch(told),
  main: async () => (await runMain(task.start(undefined, { workers: 0 })))?.outcome,
  drain: async () => {
    const run = task.start(undefined, { workers: 0 });
    // A drain before that reads nothing, and ends.
    while (run.snapshot().stages.find(({ name }) => name === 'wait')?.in !== 2) await setImmediate();
    return run.drain().catch(told);
  },
  test: async () => {
    const { error, sinks } = await testRun(task);
    console.log(sinks.kept?.ended);
    return told(error as UnsettledError);
  },
  alone: async () => {
    task.start(undefined, { workers: 0 });
  },
  idle: async () => {
    source.start();
  },
  written: async () => {
    some.start();
  },
  letters: async () => {
    rejected.start();
  },
  'letter held': async () => {
    unwritten.start(undefined, { graceMs: 10 });
  },
  paused: async () => (await read.iterate().next()).value,
  nested: async () => {
    const items: unknown[] = [];
    for await (const item of outer.iterate()) items.push(item);
    return items.join();
  },
  many: async () => {
    const runs = Array.from({ length: 20 }, () => task.run(undefined, { workers: 0 }));
    const codes = await Promise.all(runs.map((run) => run.catch(({ code }: UnsettledError) => code)));
    return [...new Set(codes)].join();
  },
  uncaught: () => task.run(undefined, { workers: 0 }),
};

const result = await programs[process.argv[2]!]!();
console.log(result, process.listenerCount('beforeExit'));
