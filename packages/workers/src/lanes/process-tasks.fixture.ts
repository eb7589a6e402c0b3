import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { LaneContext, LaneJob } from '@millrace/workers';

type Task = (item: never, context: LaneContext) => unknown;

const never = (): Promise<never> => new Promise(() => {});

const tasks: Record<string, Task> = {
  same: (item: unknown) => item,
  segfaultAt7: (item: number) => (item === 7 ? process.kill(process.pid, 'SIGSEGV') && loop() : item),
  abortAt7: (item: number) => (item === 7 ? process.abort() : item),
  memoryAt7: (item: number) => {
    const kept: unknown[] = [];
    while (item === 7) kept.push(new Array(10_000).fill(kept.length));
    return item;
  },
  swallowThenThrow: () => {
    process.on('uncaughtException', () => {});
    setTimeout(() => {
      throw new RangeError('not swallowed');
    });
    return never();
  },
  signalItself: async (signal: NodeJS.Signals) => {
    process.kill(process.pid, signal);
    // Long enough for a listener to be called, or to die.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'alive';
  },
  identity: () => ({ title: process.title, pid: process.pid, argv: process.argv.slice(2), env: { ...process.env } }),
  environment: () => ({ env: process.env, twice: process.env }),
  /** Starts a process that holds stdout and stderr of the lane open; gives its number. */
  leaveChild: () => spawn('sleep', ['60'], { stdio: ['ignore', 'inherit', 'inherit'] }).pid,
  exit: () => process.exit(3),
  shared: () => ({ deep: { memory: new SharedArrayBuffer(8) } }),
  /** Nothing but magic number and version. */
  wasm: (item: number) => (item === 7 ? { deep: new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) } : item),
  throwShared: () => {
    throw Object.assign(new RangeError('with memory'), { memory: new SharedArrayBuffer(8), left: 1 });
  },
  loop: () => loop(),
  never,
  /** Holds a connection that ends with the process. */
  connectTo: async (port: number) => {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    return process.pid;
  },
  /** 20 ms of computing. */
  busy: (item: unknown) => {
    const end = performance.now() + 20;
    while (performance.now() < end);
    return item;
  },
};

function loop(): never {
  for (;;);
}

export async function resolve({ task }: { readonly task: string }): Promise<LaneJob> {
  return { kind: 'task', run: tasks[task] as (item: unknown, context: LaneContext) => unknown };
}
