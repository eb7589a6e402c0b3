// A resolver whose tasks count what becomes of them in files that the test reads.
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Emissions, type LaneContext, type LaneJob } from '@millrace/workers';

/** What happened in all lanes. */
export type Counter = 'begun' | 'aborted' | 'returned' | 'closed' | 'loaded' | 'late' | 'looping';

export type LifeSpec = {
  readonly task: string;
  /** Of the counters, and of the gate. */
  readonly folder: string;
  /** A body that does nothing. */
  readonly stream?: boolean;
  readonly load?: 'late' | 'loop';
  readonly close?: 'well' | 'throw' | 'reject' | 'never' | 'loop' | 'exit' | 'late';
};

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function loop(): never {
  for (;;);
}

function fail(): never {
  throw new RangeError('out of nowhere');
}

function neverAfter(begin: () => void): Promise<never> {
  begin();
  return new Promise(() => {});
}

class Life {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Written before it returns: the lane may end at once. */
  readonly count = (counter: Counter): void => appendFileSync(join(this.#folder, counter), '.');

  readonly loop = (): never => {
    this.count('looping');
    return loop();
  };

  async gate(): Promise<void> {
    while (!existsSync(join(this.#folder, 'gate'))) await later(1);
  }

  /** Waits until its signal aborts, and counts that. */
  readonly untilAborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.count('aborted');
        reject(signal.reason);
      });
    });

  async *emissions(then: () => Promise<void>): AsyncGenerator<string> {
    try {
      yield 'first';
      await then();
      yield 'second';
    } finally {
      this.count('returned');
    }
  }

  *endless(): Generator<number> {
    try {
      for (let i = 0; ; i++) {
        compute(1);
        yield i;
      }
    } finally {
      this.count('returned');
    }
  }
}

let runs = 0;

type Task = (item: number, life: Life, context: LaneContext) => unknown;

/** The seventh item of most tasks is the odd one. */
const tasks: Record<string, Task> = {
  same: (item) => item,
  compute: (item) => {
    compute(item);
    return item;
  },
  /** As if the seventh item had computed for an hour, by the clock of its lane. */
  hour7: (item) => {
    if (item !== 7) return item;
    const now = performance.now.bind(performance);
    performance.now = () => now() + 3_600_000;
    return item;
  },
  never7: (item) => (item === 7 ? new Promise(() => {}) : item),
  loop7: (item, life) => (item === 7 ? life.loop() : item),
  exit7: (item) => (item === 7 ? process.exit(3) : item),
  throw7: (item) => (item === 7 ? neverAfter(() => setTimeout(fail)) : item),
  reject7: (item) => (item === 7 ? neverAfter(() => Promise.reject(new RangeError('unheard'))) : item),
  memory7: (item) => {
    const kept: unknown[] = [];
    while (item === 7) kept.push(new Array(10_000).fill(kept.length));
    return item;
  },
  /** Waits a little and then computes for ever, when no promise is awaited any more. */
  loopLater7: (item, life) => (item === 7 ? later(5).then(life.loop) : item),
  abort7: (item, life, { signal }) => (item === 7 ? life.untilAborted(signal) : item),
  /** Settles after it was aborted, with a result that is too late. */
  late7: (item, life, { signal }) =>
    item === 7
      ? life.untilAborted(signal).catch(async () => {
          await later(20);
          life.count('late');
          return 'late';
        })
      : item,
  aborted: (item, _life, { signal }) => (item === 7 ? later(5).then(() => signal.aborted) : signal.aborted),
  /** How many items this worker has run before. */
  countOfWorker: () => runs++,
  attempt: (_item, _life, { attempt }) => attempt,
  gated: (_item, life) => new Emissions(life.emissions(() => life.gate())),
  emitThenNever: (_item, life) => new Emissions(life.emissions(() => new Promise(() => {}))),
  endless: (_item, life) => new Emissions(life.endless()),
  laterEach: async (item) => {
    await later(20);
    return item;
  },
  crashSoon: (item) => {
    setTimeout(fail, 5);
    return item;
  },
  /** The lane ends as soon as it has posted the reply. */
  largeThenExit: (item) => {
    setImmediate(() => process.exit(3));
    return new Uint8Array(item).fill(7);
  },
  exitAborted7: (_item, _life, { signal }) => new Promise(() => signal.addEventListener('abort', () => process.exit(8))),
  print: (item) => {
    process.stdout.write(`out ${item}\nand `);
    process.stderr.write(`err ${item}\r\n`);
    return item;
  },
  printAndExit7: (item) => {
    console.log(`ran ${item}`);
    if (item === 7) process.exit(3);
    return item;
  },
  printMuchAndExit: (lines) => {
    for (let i = 0; i < (lines as number); i++) console.log(`line ${i}`);
    process.exit(3);
  },
  /** Prints a line and exits when that has been heard. */
  complainAndExit7: (item) =>
    item === 7 ? neverAfter(() => process.stderr.write('no disk left\n', () => process.exit(9))) : item,
};

async function end(how: NonNullable<LifeSpec['close']>): Promise<void> {
  if (how === 'throw' || how === 'reject') throw new RangeError('not released');
  if (how === 'never') await new Promise(() => {});
  if (how === 'loop') loop();
  if (how === 'exit') process.exit(6);
  if (how === 'late') await later(20);
}

export async function resolve({ task, folder, stream, load, close }: LifeSpec): Promise<LaneJob> {
  const life = new Life(folder);
  const run = tasks[task]!;
  if (load === 'late') await life.gate();
  if (load === 'loop') loop();
  life.count('loaded');
  if (stream) {
    return { kind: 'stream', open: () => ({ next() {}, complete() {}, close() {} }), maxHeld: 1, stalled: () => new Error() };
  }
  return {
    kind: 'task',
    run: (item, context) => {
      life.count('begun');
      return run(item as number, life, context);
    },
    ...(close && {
      close: () => {
        if (close === 'throw') throw new RangeError('not released');
        return end(close).then(() => life.count('closed'));
      },
    }),
  };
}
