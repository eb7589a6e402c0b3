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

const numbers = pipeline(import.meta, 'numbers', (stuck: boolean) =>
  flow(async function* () {
    for (let i = 0; i < 5; i += 1) yield i;
    await new Promise<never>(() => {});
  })
    .pipe(
      cpu('double', (n: number) => n * 2),
      io('pass', (n: number) => (stuck && n === 8 ? new Promise<number>(() => {}) : n)),
    )
    .to(lines),
);

const run = numbers.start(mode === 'stuck', { workers: 1, graceMs: 100 });
const report = await runMain(run);
print(`ended ${report?.outcome} ${report?.delivered}`);
