// A program that runs by `runMain`, its output on stdout: the sink writes a line an item and `committed` or `aborted` at the end.
import { cpu, flow, io, pipeline, runMain, type Sink } from '@millrace/core';

const [mode] = process.argv.slice(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const lines: Sink<number> = {
  name: 'lines',
  open: async () => ({
    write: async (items) => {
      for (const item of items) print(`item ${item}`);
    },
    commit: async () => print('committed'),
    abort: async () => print('aborted'),
  }),
};

/** The last item has all processes of the program sent a signal, its own among them, while it is computed. */
async function doubled(n: number, mode: string | undefined): Promise<number> {
  if (mode === 'all' && n === 4) {
    process.kill(0, 'SIGTERM');
    // Long enough for a listener to be called, or to die.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return n * 2;
}

const numbers = pipeline(import.meta, 'numbers', (mode: string | undefined) =>
  flow(async function* () {
    for (let i = 0; i < 5; i += 1) yield i;
    await new Promise<never>(() => {});
  })
    .pipe(
      cpu('double', (n: number) => doubled(n, mode), { isolation: mode === 'all' ? 'process' : 'thread' }),
      io('pass', (n: number) => (mode === 'stuck' && n === 8 ? new Promise<number>(() => {}) : n)),
    )
    .to(lines),
);

const run = numbers.start(mode, { workers: 1, graceMs: 100 });
const report = await runMain(run);
print(`ended ${report?.outcome} ${report?.delivered}`);
