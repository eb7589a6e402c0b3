import { type TaskContext, task } from '@millrace/workers';

/** What an item does to the worker that runs it. */
export type Fault = keyof typeof faults;
export type Item = number | { readonly fault: Fault };

const never = (): Promise<never> => new Promise(() => {});

function fail(): never {
  throw new RangeError('out of nowhere');
}

function loop(): never {
  for (;;);
}

const faults = {
  'an exit': () => process.exit(3),
  'an exit with a last word': () => {
    process.stderr.write('reading\nno disk left\n', () => process.exit(9));
    return never();
  },
  'an uncaught error': () => {
    setTimeout(fail);
    return never();
  },
  'an unhandled rejection': () => {
    void Promise.reject(new RangeError('out of nowhere'));
    return never();
  },
  'too much memory': () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(10_000).fill(kept.length));
  },
  'a fault in native code': () => process.kill(process.pid, 'SIGSEGV') && loop(),
  'an abort': () => process.abort(),
  'a loop without end': loop,
  'a wait without end': never,
};

export const work = task(import.meta, 'work', (item: Item): unknown =>
  typeof item === 'number' ? item * 2 : faults[item.fault](),
);

/** Its worker ends a little later, when it has nothing to do. */
export const exitSoon = task(import.meta, 'exitSoon', (item: number) => {
  setTimeout(() => process.exit(3), 20);
  return item;
});

/** Its worker ends as soon as it has sent the result. */
export const largeThenExit = task(import.meta, 'largeThenExit', (length: number) => {
  setImmediate(() => process.exit(3));
  return new Uint8Array(length).fill(7);
});

export const exitAborted = task(
  import.meta,
  'exitAborted',
  (_item: undefined, { signal }: TaskContext) =>
    new Promise<never>(() => signal.addEventListener('abort', () => process.exit(8))),
);

export const setUp = task(import.meta, 'setUp', () => 1);
export const setUpFailing = task(import.meta, 'setUpFailing', fail);
export const setUpEndless = task(import.meta, 'setUpEndless', never);
export const setUpExiting = task(import.meta, 'setUpExiting', () => process.exit(5));
export const tearDownExiting = task(import.meta, 'tearDownExiting', () => process.exit(6));
