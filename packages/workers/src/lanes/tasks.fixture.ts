import { existsSync, writeFileSync } from 'node:fs';
import { Emissions, type LaneContext, type LaneJob, type StreamBody, type StreamOut } from '@millrace/workers';
import { flickering, refuse, unreadable } from './unreadable.fixture.js';

type Task = (item: never, context: LaneContext) => unknown;

class Broken extends Error {
  override name = 'Broken';
  readonly code = 'E_BROKEN';
  readonly row: number;

  constructor(row: number) {
    super(`row ${row}`, { cause: new TypeError('below it') });
    this.row = row;
  }
}

const aborted: string[] = [];

function noteAbort(name: string, signal: AbortSignal): void {
  signal.addEventListener('abort', () => aborted.push(`${name}: ${signal.reason}`));
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const never = (_: unknown): Promise<never> => new Promise(() => {});

const emissions = (value: (i: number) => unknown, to: number): Emissions =>
  new Emissions(
    (function* () {
      for (let i = 0; i < to; i++) yield value(i);
    })(),
  );

function* count(to: number): Generator<number> {
  for (let i = 0; i < to; i++) yield i;
}

async function* countLater(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) {
    await later(1);
    yield i;
  }
}

/** One output, then it waits for a file: `gate.1` for another, `gate.2` for an error. */
async function* gated(gate: string): AsyncGenerator<string> {
  yield 'first';
  while (!existsSync(`${gate}.1`) && !existsSync(`${gate}.2`)) await later(1);
  if (existsSync(`${gate}.2`)) throw new Broken(2);
  yield 'second';
}

async function* untilAborted(signal: AbortSignal): AsyncGenerator<string> {
  yield 'first';
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

async function* functionThenNothing(): AsyncGenerator<unknown> {
  yield 'first';
  yield () => {};
  await new Promise(() => {});
}

async function* endlessLater(): AsyncGenerator<number> {
  console.log('endless begun');
  try {
    for (let i = 0; ; i++) {
      await later(1);
      yield i;
    }
  } finally {
    console.log('endless returned');
  }
}

const tasks: Record<string, Task> = {
  double: (item: number) => item * 2,
  same: (item: unknown) => item,
  /** Computes for so many ms. */
  spinFor: (ms: number) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return ms;
  },
  doubleLater: async (item: number) => {
    await later(item % 3);
    return item * 2;
  },
  slow: (item: number) => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    return item;
  },
  commandLine: () => process.argv.slice(2),
  lane: (_item: unknown, { worker }) => worker,
  throwOdd: (item: number) => {
    if (item % 2 === 1) throw new Broken(item);
    return item;
  },
  rejectOdd: async (item: number) => {
    if (item % 2 === 1) throw new Broken(item);
    return item;
  },
  throwValue: (item: unknown) => {
    throw item;
  },
  functionForOdd: (item: number) => (item % 2 === 1 ? { deep: { onChange: () => {} } } : item),
  unreadableAt7: ({ id }: { readonly id: number }) => (id === 7 ? unreadable(id) : { id }),
  unreadableThenAt7: ({ id }: { readonly id: number }) =>
    id === 7 ? Object.defineProperty({ id }, 'then', { get: () => refuse('no then'), enumerable: true }) : { id },
  flickeringAt7: ({ id, offset }: { readonly id: number; readonly offset: number }) =>
    id === 7 ? flickering(id, offset) : { id },
  emitUnreadableAt: (at: number) => emissions((id) => (id === at ? unreadable(id) : { id }), at + 2),
  unreadableResultAt7: ({ id }: { readonly id: number }) =>
    id === 7
      ? new Emissions({
          next: () => Object.defineProperty({ done: false, value: id }, 'done', { get: () => refuse('no result') }),
        })
      : { id },
  exitAt7: (item: number) => (item === 7 ? process.exit(3) : item),
  throwLaterAt7: (item: number) => {
    if (item !== 7) return item;
    setTimeout(() => {
      throw new Broken(7);
    });
    return new Promise(() => {});
  },
  rejectUnheardAt7: (item: number) => {
    if (item !== 7) return item;
    void Promise.reject(new Broken(7));
    return new Promise(() => {});
  },
  memoryAt7: (item: number) => {
    const kept: unknown[] = [];
    while (item === 7) kept.push(new Array(10_000).fill(kept.length));
    return item;
  },
  complainAndExitAt7: (item: number) => {
    if (item !== 7) return item;
    process.stderr.write('first line\nno disk left\n', () => process.exit(9));
    return new Promise(() => {});
  },
  loop: () => {
    for (;;);
  },
  never: () => new Promise(() => {}),
  /** Waits for ever, but not again. */
  neverAtFirst: (file: string) => (existsSync(file) ? 'again' : never(writeFileSync(file, ''))),
  untilAborted: (_item: unknown, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        console.log(`aborted: ${signal.reason}`);
        reject(signal.reason);
      });
    }),
  /** Tells of its abort by the next `aborted`, in the same lane; prints that it waits. */
  waitForAbort: (name: string, { signal }) => {
    noteAbort(name, signal);
    console.log(`${name} waits`);
    return new Promise(() => {});
  },
  listenOften: (times: number, { signal }) => {
    let warned = false;
    process.once('warning', () => {
      warned = true;
    });
    for (let i = 0; i < times; i++) signal.addEventListener('abort', () => {});
    return later(5).then(() => warned);
  },
  aborted: () => aborted,
  print: (item: unknown) => {
    console.log(`printed ${item}`);
    return item;
  },
  count: (to: number) => new Emissions(count(to)),
  countLater: async (to: number) => new Emissions(countLater(to)),
  countThenThrow: (to: number) =>
    new Emissions(
      (function* () {
        yield* count(to);
        throw new Broken(to);
      })(),
    ),
  emitFunctionAt: (at: number) =>
    new Emissions(
      (function* () {
        for (let i = 0; i < at + 2; i++) yield i === at ? () => {} : i;
      })(),
    ),
  /** Ends when the other one has begun, too. */
  meet: async ({ own, other }: { readonly own: string; readonly other: string }) => {
    writeFileSync(own, '');
    while (!existsSync(other)) await later(1);
    return own;
  },
  gated: (gate: string) => new Emissions(gated(gate)),
  emitUntilAborted: (_item: unknown, { signal }) => new Emissions(untilAborted(signal)),
  functionThenNothing: () => new Emissions(functionThenNothing()),
  endlessLater: () => new Emissions(endlessLater()),
  exitSoon: (item: unknown) => {
    setTimeout(() => process.exit(3), 5);
    return item;
  },
  rejectingOutputs: () =>
    new Emissions(
      (function* () {
        yield 'first';
        yield Promise.reject(new Error('nobody waits for it'));
        yield Promise.reject(new Error('nor for this one'));
      })(),
    ),
  exitWhileWaiting: () => new Promise(() => setTimeout(() => process.exit(3), 5)),
  endless: () =>
    new Emissions(
      (function* () {
        console.log('endless begun');
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          console.log('endless returned');
        }
      })(),
    ),
};

const streams: Record<string, (out: StreamOut, context: LaneContext) => StreamBody> = {
  untilAborted: (_out, { signal }) => body({ next: (name) => noteAbort(name as string, signal) }),
  double: (out) => body({ next: (item) => out.next((item as number) * 2), complete: () => out.complete() }),
  sum: (out) => {
    let sum = 0;
    return body({
      next: (item) => {
        sum += item as number;
      },
      complete: () => {
        out.next(sum);
        out.complete();
      },
    });
  },
  tenfold: (out) =>
    body({
      next: (item) => {
        for (let i = 0; i < 10; i++) out.next(item);
      },
      complete: () => out.complete(),
    }),
  /** Tells the tag of each item. */
  tags: (out) => body({ next: (item, tag) => out.next([item, tag]), complete: () => out.complete() }),
  /** Gives as many outputs as each item says. */
  some: (out) =>
    body({
      next: (item) => {
        for (let i = 0; i < (item as number); i++) out.next(item);
      },
      complete: () => out.complete(),
    }),
  /** Keeps each item back until there is room, then lets them go one at a time; at `late` it does so by itself. */
  keeping: (out) => {
    const kept: unknown[] = [];
    let ended = false;
    let released = 0;
    return body({
      next: (item) => {
        kept.push(item);
        if (item === 'late') setTimeout(() => out.wake(), 5);
      },
      release: () => {
        if (kept.length === 0 || (!ended && !kept.includes('late'))) return false;
        out.next(kept.shift());
        released++;
        if (ended && kept.length === 0) out.complete();
        return true;
      },
      complete: () => {
        ended = true;
        if (kept.length === 0) out.complete();
      },
      note: () => {
        const note = released === 0 ? undefined : released;
        released = 0;
        return note;
      },
    });
  },
  takeTwo: (out) => {
    let taken = 0;
    return body({
      next: (item) => {
        out.next(item);
        if (++taken === 2) out.complete();
      },
    });
  },
  later: (out) =>
    body({ next: (item) => void setTimeout(() => out.next(item)), complete: () => void setTimeout(() => out.complete(), 5) }),
  throwAt3: (out) =>
    body({
      next: (item) => {
        if (item === 3) throw new Broken(3);
        out.next(item);
      },
    }),
  emitFunction: (out) => body({ next: (item) => out.next(item === 2 ? () => {} : item) }),
  unreadableAt7: (out) =>
    body({ next: (item) => out.next((item as { id: number }).id === 7 ? unreadable(7) : item), complete: () => out.complete() }),
  /** Its second output is nested more deeply than the main thread can read. */
  tooDeepAt2: (out) => body({ next: (item) => out.next(item === 2 ? nested(5_000) : item), complete: () => out.complete() }),
  exit: () => body({ next: () => process.exit(4) }),
};

function nested(depth: number): unknown {
  let value: unknown[] = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

function body(part: Partial<StreamBody>): StreamBody {
  return { next: () => {}, complete: () => {}, close: () => {}, ...part };
}

/** The event loop has turned so often: what came with the same read has been obeyed, however slow this machine is. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

export type Spec =
  | { readonly task: string }
  | { readonly stream: string; readonly maxHeld?: number; readonly traced?: boolean }
  | { readonly load: string };

export async function resolve(spec: Spec): Promise<LaneJob> {
  if ('stream' in spec) {
    const open = streams[spec.stream]!;
    const { maxHeld = 100, traced = false } = spec;
    return { kind: 'stream', open, maxHeld, traced, stalled: (held) => new RangeError(`${held} held`) };
  }
  if ('load' in spec) {
    if (spec.load === 'reject') throw new Broken(1);
    if (spec.load === 'exit') process.exit(5);
    if (spec.load === 'exitLater') {
      await turns(10);
      process.exit(5);
    }
    if (spec.load === 'loop') for (;;);
    return new Promise(() => {});
  }
  return { kind: 'task', run: tasks[spec.task] as (item: unknown, context: LaneContext) => unknown };
}
