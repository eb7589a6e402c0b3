import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csv, ndjson, parquet } from '@millrace/connectors';
import type { Outcome, Size } from '../contender.js';
import { Tally } from '../tally.js';

/** A row of a file; in CSV all of it is text. */
interface Record {
  readonly id: number | string;
  readonly name: string;
  readonly city: string | null;
  readonly score: number | string;
}

export type Format = 'csv' | 'ndjson' | 'parquet';

/** Rows of a file. More are had by reading it again and again: a file of all would take longer to make than to read. */
const most = 100_000;

const made = new Map<string, Promise<string>>();
let folder: string | undefined;

function recordOf(id: number): Record {
  return { id, name: `customer ${String(id & 1023).padStart(4, '0')}`, city: `city ${id % 97}`, score: id * 0.5 };
}

export function recordTally(): Tally {
  return new Tally((row) => {
    const { id, name, score } = row as Record;
    return Number(id) + Number(score) * 7 + name.charCodeAt(name.length - 1);
  });
}

/** What must come out. */
export function recordOutcome({ items }: Size): Outcome {
  const tally = recordTally();
  for (const rows of passes(items)) for (let id = 0; id < rows; id += 1) tally.add(recordOf(id));
  return tally.outcome;
}

/** The files to be read one after another; made before the clock starts, except for the rest that is no whole file. */
export async function files(format: Format, { items }: Size): Promise<string[]> {
  return Promise.all(passes(items).map((rows) => fileOf(format, rows)));
}

/** Makes the file that every whole pass reads. */
export async function prepare(format: Format): Promise<void> {
  await fileOf(format, most);
}

function passes(items: number): number[] {
  const whole = Array.from({ length: Math.floor(items / most) }, () => most);
  return items % most === 0 ? whole : [...whole, items % most];
}

function fileOf(format: Format, rows: number): Promise<string> {
  const key = `${rows}.${format}`;
  const known = made.get(key) ?? write(format, rows, join(ownFolder(), key));
  made.set(key, known);
  return known;
}

async function write(format: Format, rows: number, path: string): Promise<string> {
  const sink = { csv: csv.write, ndjson: ndjson.write, parquet: parquet.write }[format](path);
  const context = { signal: new AbortController().signal };
  const writer = await sink.open(context);
  await writer.write(
    Array.from({ length: rows }, (_, id) => recordOf(id)),
    context,
  );
  await writer.commit();
  return path;
}

/** Gone when the process of this contender ends. */
function ownFolder(): string {
  if (folder === undefined) {
    const path = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    process.once('exit', () => rmSync(path, { recursive: true, force: true }));
    folder = path;
  }
  return folder;
}
