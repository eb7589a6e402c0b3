import { type Connection, currentWorker, type ProcessQueue, pipe, spawnProcess, spawnThread, task } from '@millrace/workers';

export class Refused extends Error {
  override name = 'Refused';
  readonly code = 'E_REFUSED';
}

const forEver = (): Promise<never> => new Promise(() => {});

export const whereAmI = task(import.meta, 'whereAmI', (greeting: string) => ({
  greeting,
  here: currentWorker(),
  variable: process.env.MILLRACE_TEST,
}));
export const nothing = task(import.meta, 'nothing', () => undefined);
export const refuse = task(import.meta, 'refuse', (why: string) => {
  throw new Refused(why, { cause: new TypeError('below it') });
});
export const giveFunction = task(import.meta, 'giveFunction', () => ({ deep: { onChange: () => {} } }));
export const exit = task(import.meta, 'exit', (code: number) => process.exit(code));
export const leaveExitCode = task(import.meta, 'leaveExitCode', (code: number) => {
  process.exitCode = code;
  console.log('printed');
  return 'done';
});

/** Ends, and leaves something that never lets it go. */
export const leaveLoop = task(import.meta, 'leaveLoop', () => {
  setImmediate(() => {
    for (;;);
  });
});
export const sayFarewell = task(import.meta, 'sayFarewell', () => {
  process.on('exit', (code) => console.log(`exit ${code}`));
  setInterval(() => {}, 1_000);
});

/** Sends what it receives; ends when the other end is closed. */
export const echo = task(import.meta, 'echo', async (end: Connection<unknown, unknown>) => {
  let count = 0;
  for await (const value of end) {
    await end.send(value);
    count += 1;
  }
  return count;
});

/** Says that it is there, waits for a word, and does what that says. */
export const obey = task(import.meta, 'obey', async ({ end, deaf }: { end: Connection<string, string>; deaf?: boolean }) => {
  if (deaf) process.on('SIGTERM', () => {});
  await end.send('here');
  const word = await end.recv();
  if (word === 'throw undefined') throw undefined;
  if (word === 'fail') throw new Refused('as told');
  if (word === 'exit') process.exit(3);
  if (word === 'loop') for (;;);
  if (word === 'wait') await forEver();
  return word;
});

/** Puts a range of numbers into a queue. */
export const produce = task(
  import.meta,
  'produce',
  async ([queue, from, to]: [ProcessQueue<number>, number, number]): Promise<string> => {
    for (let item = from; item < to; item += 1) await queue.put(item);
    return currentWorker().kind;
  },
);

/** Gives what it got of a queue. */
export const consume = task(import.meta, 'consume', async (queue: ProcessQueue<number>) => {
  const got: number[] = [];
  for await (const item of queue) {
    got.push(item);
    queue.taskDone();
  }
  return got;
});

/** Dies with one item that it has got. */
export const dieOfItem = task(import.meta, 'dieOfItem', async (queue: ProcessQueue<string>) => {
  await queue.get();
  process.exit(4);
});

/** Puts more than there is room for, and ends without waiting for it. */
export const hurry = task(import.meta, 'hurry', (queue: ProcessQueue<number>) => {
  for (let item = 0; item < 5; item += 1) void queue.put(item);
});

export const compute = task(import.meta, 'compute', () => {
  console.log('computes');
  for (;;);
});

/** Starts a thread that starts a process; tells its number when that computes, and waits. */
export const nest = task(import.meta, 'nest', async ({ end, below }: { end: Connection<number, never>; below: boolean }) => {
  if (below) {
    const inner = spawnProcess('inner', compute, undefined, { onOutput: () => void end.send(inner.pid!) });
  } else spawnThread('middle', nest, { end, below: true });
  await forEver();
});

/** Hands its end of a pipe, and a queue, on to a thread of its own. */
export const handOn = task(
  import.meta,
  'handOn',
  async ({ end, queue }: { end: Connection<unknown, unknown>; queue: ProcessQueue<number> }) => {
    const [words, own] = pipe<string>();
    const inner = spawnThread('inner', echo, end);
    const counter = spawnThread('counter', obey, { end: own });
    const consumer = spawnThread('consumer', consume, queue);
    await words.recv();
    await words.send('counted');
    return { echoed: await inner.result, word: await counter.result, got: await consumer.result };
  },
);
