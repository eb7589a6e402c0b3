import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { paintFor } from '@millrace/cli/console';
import { example as declare, type Print } from '../runner/example.js';
import { chart } from './chart.js';
import { compare } from './comparison.js';
import { explain } from './explain.js';
import { nameOf, seconds } from './measures.js';
import { report } from './report.js';
import { findPython, nodeJs, type Runtime } from './run-trial.js';
import { jobs as allJobs, type Job } from './trial.js';

export const example = declare(
  {
    jobs: { doc: 'which jobs, with commas between them', default: allJobs.join(','), short: 'mixed' },
    items: { doc: 'items of a job', default: 16, short: 3 },
    ms: { doc: 'how long an item waits, in ms', default: 100, short: 1, min: 0 },
    steps: { doc: 'steps that an item computes', default: 1_200_000, short: 100, min: 0 },
    workers: { doc: 'threads, or processes', default: 4, short: 1 },
    python: { doc: 'auto: beside it in Python where there is python3; no', default: 'auto', short: 'auto' },
    svg: { doc: 'SVG file to write', default: 'out/compare.svg', short: '' },
    json: { doc: 'JSON file to write', default: '', short: '' },
  },
  async ({ jobs, python, svg, json, ...amounts }, print) => {
    const wanted = jobs.split(',').map(checkedJob);
    const runtimes = await wantedRuntimes(python, print);
    const { items, ms, steps, workers } = amounts;
    print(
      `${items} items, of which each waits ${ms} ms (io), computes ${steps} steps (cpu), or does both (mixed); ${workers} workers`,
    );
    print(`${runtimes.map(({ version }) => version).join(', ')}; ${availableParallelism()} cores`);

    const rows = await compare(wanted, runtimes, amounts, (row) => print(`${row.job}: ${nameOf(row)} took ${seconds(row.ms)}`));
    print('');
    for (const line of report(rows, paintFor(process.stdout))) print(line);
    print('All ways of a job came to the same result.');
    if (svg !== '')
      await written(svg, chart(rows, `${items} items: ${ms} ms of waiting (io), ${steps} steps (cpu), both (mixed)`));
    const versions = runtimes.map(({ version }) => version);
    const all = rows.map((row) => ({ ...row, explanation: explain(row) }));
    if (json !== '') await written(json, `${JSON.stringify({ versions, ...amounts, rows: all }, null, 2)}\n`);
  },
);

async function wantedRuntimes(python: string, print: Print): Promise<Runtime[]> {
  if (python === 'no') return [nodeJs];
  if (python !== 'auto') throw new Error(`--python is auto or no, not "${python}"`);
  const found = await findPython();
  if (found !== undefined) return [nodeJs, found];
  print('There is no python3 here, so there are no rows of Python.');
  return [nodeJs];
}

function checkedJob(name: string): Job {
  const job = allJobs.find((known) => known === name.trim());
  if (job === undefined) throw new Error(`--jobs: there is no job "${name}"; there are ${allJobs.join(', ')}`);
  return job;
}

async function written(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
