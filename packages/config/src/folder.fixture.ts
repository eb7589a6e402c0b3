import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A module of tasks as users have them. */
const tasks = `
export const parse = (line) => ({ id: line.split(',')[0], total: Number(line.split(',')[1]) });
export function parseStrictly(line) {
  const order = parse(line);
  if (Number.isNaN(order.total)) throw new TypeError('bad total in ' + line);
  return order;
}
export const isPaid = (order) => order.total > 0;
export const isGreat = (order) => order.total >= 100;
export const double = (order) => ({ ...order, total: order.total * 2 });
export const addUp = (sum, order) => sum + order.total;
export const times = ({ by }) => (order) => ({ ...order, total: order.total * by });
export const text = (value) => JSON.stringify(value);
export const broken = () => { throw new RangeError('it never works'); };
export const always = () => true;
export const customer = (order) => order.id;
export const open = async () => ({ opened: true });
export const rate = 0.19;
export const cities = ['Oslo'];
export const numbers = (options = {}) => ({
  name: 'numbers',
  maxPull: 10,
  open: async function* () { for (let i = 0; i < (options.to ?? 3); i++) yield { items: [i] }; },
});
export const nothing = { name: 'nothing', open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
let writes = 0;
export const failingOnce = () => ({
  name: 'failing once',
  open: async () => ({
    write: async () => {
      writes += 1;
      if (writes === 1) throw new Error('not yet');
    },
    commit: async () => {},
    abort: async () => {},
  }),
});
export const noSink = () => 42;
export const schema = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
`;

/** A folder of its own with a module of tasks in it. */
export class ConfigFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'millrace-config-'));

  constructor() {
    this.write('tasks.mjs', tasks);
    this.write('in.txt', 'a,1\nb,0\nc,250\n');
  }

  /** @returns the path of the file */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Undefined where there is no such file. */
  outputOf(name: string): string | undefined {
    return existsSync(join(this.path, name)) ? this.read(name) : undefined;
  }

  /** Moves what a run has written out of the way of the next one: `out.ndjson` to `out.old`. */
  moveOutputs(names: readonly string[]): void {
    for (const name of names) {
      const path = join(this.path, `${name}.ndjson`);
      if (existsSync(path)) renameSync(path, join(this.path, `${name}.old`));
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
