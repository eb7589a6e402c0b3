import { known } from './contender-report.fixture.js';
import type { Report } from './report.js';

/** A report of one scenario, with a failure and with text that markup must escape. */
export const report: Report = {
  command: "npm run bench -- 'a & b'",
  startedAt: '2026-11-21T00:00:00.000Z',
  quick: false,
  rounds: 5,
  workers: 2,
  turnsPerMs: 1000,
  machine: { node: 'v20.20.2', platform: 'Linux', cpu: 'a "fast" <cpu>', cores: 2, memoryBytes: 2 ** 34 },
  busy: { load: { before: 0, after: 1 }, shares: [] },
  warnings: ['the machine was busy'],
  scenarios: [
    {
      name: 'one',
      shows: 'What x < y shows.',
      chart: 'rate',
      contenders: [
        { ...known('Millrace', 'rate', 50_000, 'millrace'), ratios: { naive: 0.5, optimum: 0.25 } },
        { ...known('peer', 'rate', 100_000), version: '1.2.3' },
        known('hung', 'rate', undefined),
      ],
      targets: [
        { text: 'items/s: Millrace ≥ 2 × peer', value: 0.5, shown: '0.500×', met: false },
        { text: 'items/s: Millrace / peer', value: 0.5, shown: '0.500×', met: null },
      ],
    },
  ],
};
