import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeLogs } from './made-logs.js';
import { hourlyStatistics } from './pipeline.js';

export const example = declare(
  {
    folder: { doc: 'where it makes logs and writes', default: 'out/log-statistics', short: 'out/log-statistics' },
    logs: { doc: 'glob of logs of your own', default: '', short: '' },
    files: { doc: 'log files to make', default: 24, short: 3 },
    lines: { doc: 'lines in them', default: 300_000, short: 3_000 },
  },
  async ({ folder, logs, files, lines }, print) => {
    const made = join(folder, 'logs');
    if (logs === '') {
      await rm(made, { recursive: true, force: true });
      logs = await makeLogs(made, { files, lines });
    }
    const out = join(folder, 'hours.csv');
    const report = await seeThrough(hourlyStatistics.start({ logs, out, rejects: join(folder, 'rejects.ndjson') }), print);
    if (report !== undefined) print(`written: ${out}`);
  },
);
