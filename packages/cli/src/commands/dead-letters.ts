import { lettersIn } from '@millrace/config';
import type { DeadLetter } from '@millrace/core';
import type { Command } from 'commander';
import { asItIs } from '../console/paint.js';
import { table } from '../console/table.js';
import { type Exit, UsageError } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { wholeNumber } from '../target/flags.js';
import { addReplay } from './replay.js';

/** `millrace dlq`: dead letters that a run has written as NDJSON. */
export function addDeadLetters(dlq: Command, streams: Streams, done: (exit: Exit) => void): void {
  dlq
    .command('ls')
    .description('a line for each dead letter, numbered from 0')
    .argument('<file>', 'file of dead letters')
    .option('--stage <name>', 'only those of this stage')
    .action((file: string, { stage }: { readonly stage?: string }) => list(file, stage, streams));
  dlq
    .command('show')
    .description('one dead letter whole, as JSON')
    .argument('<file>', 'file of dead letters')
    .argument('[number]', 'as ls numbers them', wholeNumber, 0)
    .action((file: string, number: number) => show(file, number, streams));
  addReplay(dlq, streams, done);
}

/** Letters that make one table: all of a file need not fit into memory, nor share the widths of columns. */
const page = 1_000;

async function list(file: string, stage: string | undefined, streams: Streams): Promise<void> {
  let rows: string[][] = [];
  let titled = false;
  const flush = async (): Promise<void> => {
    const lines = table(
      columns,
      rows.map((row) => row.map((text) => ({ text }))),
      asItIs,
    );
    await streams.data(
      lines
        .slice(titled ? 1 : 0)
        .map((line) => `${line}\n`)
        .join(''),
    );
    titled = true;
    rows = [];
  };
  for await (const [number, letter] of letters(file)) {
    if (stage !== undefined && letter.stage !== stage) continue;
    rows.push(rowOf(number, letter));
    if (rows.length === page) await flush();
  }
  if (rows.length > 0) await flush();
  if (!titled) streams.tell(`${file} has no dead letters${stage === undefined ? '' : ` of the stage "${stage}"`}`);
}

async function show(file: string, wanted: number, streams: Streams): Promise<void> {
  let count = 0;
  for await (const [number, letter] of letters(file)) {
    if (number === wanted) return streams.data(`${JSON.stringify(letter, undefined, 2)}\n`);
    count = number + 1;
  }
  throw new UsageError(
    `${file} has no dead letter ${wanted}: ${count === 0 ? 'it has none' : `they are numbered 0 to ${count - 1}`}`,
  );
}

const columns = [
  { title: '#' },
  { title: 'at', align: 'left' },
  { title: 'stage', align: 'left' },
  { title: 'item', align: 'left' },
  { title: 'attempts' },
  { title: 'error', align: 'left' },
] as const;

function rowOf(number: number, { at, stage, origin, position, attempts, error }: DeadLetter): string[] {
  const item = origin ?? (position === undefined ? '' : String(position));
  const [message = ''] = error.message.split('\n');
  return [String(number), at, stage, item, String(attempts), `${error.name}: ${message}`];
}

async function* letters(file: string): AsyncGenerator<readonly [number: number, letter: DeadLetter]> {
  for await (const pull of lettersIn(file)) {
    for (const [index, letter] of pull.letters.entries()) yield [pull.first + index, letter];
  }
}
