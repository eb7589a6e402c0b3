// Tiny contenders, good and bad, for tests of trials and rounds.
import { spawn } from 'node:child_process';
import type { Contender, RunContender } from '../contender.js';
import type { Scenario } from '../scenario.js';
import { numbers } from '../workloads/numbers.js';
import { outcomeOf } from '../workloads/workload.js';

const never = new Promise<never>(() => {});

/** Runs code of its own in a process of its own, until that ends. */
function inChild(code: string): Promise<void> {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

const runs: Record<string, RunContender> = {
  good: async (size) => outcomeOf(numbers, size),
  'also good': async (size) => outcomeOf(numbers, size),
  loses: async (size) => outcomeOf(numbers, { ...size, items: size.items - 1 }),
  reorders: async (size) => {
    const { count, checksum } = outcomeOf(numbers, size);
    return { count, checksum: checksum + 1 };
  },
  throws: async () => {
    console.error('what it wrote before');
    throw new RangeError('thrown by the contender');
  },
  exits: async () => {
    console.error('no disk left');
    process.exit(3);
  },
  'measures nothing': async (size) => ({ ...outcomeOf(numbers, size), p50Us: Number.NaN }),
  spins: async () => {
    for (;;);
  },
  /** Its child says who it is and stays too. */
  'waits with a child': async () => {
    await inChild("console.log('child', process.pid); setInterval(() => {}, 1000)");
    return never;
  },
  'forgets its timers': async (size) => {
    setInterval(() => {}, 1000);
    return outcomeOf(numbers, size);
  },
  /** In the measured run alone, a child computes for 0.1 s, and then holds 64 MB until it is ended. */
  'has a child': async (size) => {
    if (size.items > 10) {
      await inChild(`
        while (process.cpuUsage().user < 100_000);
        const held = Buffer.alloc(64e6, 1);
        setInterval(() => held.length, 1_000);`);
    }
    return outcomeOf(numbers, size);
  },
};

function contender(name: string): Contender {
  return { name, role: 'peer', load: async () => runs[name]! };
}

function scenario(name: string, contenders: readonly string[]): Scenario {
  return {
    name,
    shows: 'what the harness does with them',
    items: { full: 200, quick: 100, warmUp: 10 },
    chart: 'rate',
    contenders: contenders.map(contender),
    targets: [],
    expect: (size) => outcomeOf(numbers, size),
  };
}

export const everyone = scenario('everyone', Object.keys(runs));
export const three = scenario('three', ['good', 'loses', 'also good']);
export const wrong = scenario('wrong', ['loses', 'reorders']);

export const scenarios: readonly Scenario[] = [everyone, three, wrong];
