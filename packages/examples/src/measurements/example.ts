import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeMeasurements } from './made-measurements.js';
import { stationStatistics } from './pipeline.js';

export const example = declare(
  {
    folder: { doc: 'where it makes measurements and writes', default: 'out/measurements', short: 'out/measurements' },
    file: { doc: 'measurements of your own', default: '', short: '' },
    lines: { doc: 'measurements to make', default: 5_000_000, short: 100_000 },
  },
  async ({ folder, file, lines }, print) => {
    const out = join(folder, 'stations.csv');
    if (file === '') {
      file = join(folder, 'measurements.txt');
      await makeMeasurements(file, lines);
    }
    await mkdir(folder, { recursive: true });
    const report = await seeThrough(stationStatistics.start({ file, out }), print);
    if (report !== undefined) print(`written: ${out}`);
  },
);
