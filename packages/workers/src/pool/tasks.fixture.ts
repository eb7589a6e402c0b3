import { existsSync } from 'node:fs';
import { type TaskContext, task } from '@millrace/workers';

export class Broken extends Error {
  override name = 'Broken';
  readonly code = 'E_BROKEN';
  readonly row: number;

  constructor(row: number) {
    super(`row ${row}`, { cause: new TypeError('below it') });
    this.row = row;
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const double = task(import.meta, 'double', (item: number) => item * 2);
export const same = task(import.meta, 'same', (item: unknown) => item);
export const doubleLater = task(import.meta, 'doubleLater', async (item: number) => {
  await later(item % 3);
  return item * 2;
});
export const breakAt = task(import.meta, 'breakAt', ({ at, item }: { readonly at: number; readonly item: number }) => {
  if (item === at) throw new Broken(item);
  return item;
});
export const rejectOdd = task(import.meta, 'rejectOdd', async (item: number) => {
  await later(1);
  if (item % 2 === 1) throw new Broken(item);
  return item;
});
export const throwValue = task(import.meta, 'throwValue', (item: unknown) => {
  throw item;
});
/** Errors that cannot be read by the usual means. */
export const throwUnreadable = task(import.meta, 'throwUnreadable', (how: 'name' | 'proxy') => {
  if (how === 'name') throw Object.assign(new Error('bad row'), { name: Object.create(null) });
  throw new Proxy(new Error('guarded'), {
    ownKeys: () => {
      throw new TypeError('no keys');
    },
  });
});
export const thenFailing = task(import.meta, 'thenFailing', (item: number): unknown =>
  item === 2
    ? Object.defineProperty({}, 'then', {
        get: () => {
          throw new Error('then!');
        },
      })
    : item,
);
let setUps = 0;
export const openAtSecond = task(import.meta, 'openAtSecond', () => {
  setUps += 1;
  if (setUps === 1) throw new Broken(1);
});
export const never = task(import.meta, 'never', () => new Promise<never>(() => {}));
export const untilAborted = task(
  import.meta,
  'untilAborted',
  (_item: unknown, { signal }: TaskContext) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
);
export const gate = task(import.meta, 'gate', async (file: string) => {
  while (!existsSync(file)) await later(1);
  return 'opened';
});
export const functionForOdd = task(import.meta, 'functionForOdd', (item: number): unknown =>
  item % 2 === 1 ? { deep: { onChange: () => {} } } : item,
);
let hasBegun = false;
let isLeftBehind = false;
/** Ends its worker as soon as `bystander` runs there. */
export const exitBeside = task(import.meta, 'exitBeside', async () => {
  isLeftBehind = true;
  while (!hasBegun) await new Promise(setImmediate);
  process.exit(3);
});
/** Waits for ever in a worker that `exitBeside` has run in. */
export const bystander = task(import.meta, 'bystander', (item: number) => {
  hasBegun = true;
  return isLeftBehind ? new Promise<never>(() => {}) : item;
});
export const exitAt7 = task(import.meta, 'exitAt7', (item: number) => (item === 7 ? process.exit(3) : item));
export const counting = task(import.meta, 'counting', (to: number) =>
  (function* () {
    for (let i = 0; i < to; i += 1) yield i;
  })(),
);
export const countingLater = task(import.meta, 'countingLater', async (to: number) =>
  (async function* () {
    yield to;
  })(),
);
export const bytes = task(import.meta, 'bytes', (length: number) => new Uint8Array(length).fill(7));
export const context = task(import.meta, 'context', (_item: unknown, { attempt, worker, task: name, signal }: TaskContext) => ({
  attempt,
  worker,
  name,
  aborted: signal.aborted,
}));

let opened = 0;
export const open = task(import.meta, 'open', async (_item: undefined, { worker }: TaskContext) => {
  await later(1);
  opened += 1;
  return { worker, opened };
});
export const openFailing = task(import.meta, 'openFailing', () => {
  throw new Broken(1);
});
let closed = 0;
export const close = task(import.meta, 'close', (given: { readonly opened: number }) => {
  closed += 1;
  if (given.opened < closed) throw new Error('closed more often than opened');
});
export const closeFailing = task(import.meta, 'closeFailing', () => {
  throw new Broken(2);
});
export const resource = task(
  import.meta,
  'resource',
  (_item: unknown, ctx: TaskContext<{ readonly worker: number; readonly opened: number }>) => ({
    same: ctx.resource.worker === ctx.worker,
    opened: ctx.resource.opened,
  }),
);
