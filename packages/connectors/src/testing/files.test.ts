import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterAll, test } from '@jest/globals';
import { sinkContract, sourceContract } from '@millrace/connectors/testing';
import type { Sink, Source } from '@millrace/core';
import { TestFolder } from '../file/folder.fixture.js';
import { csv, json, lines, ndjson, tsv } from '../index.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

/** Descriptors of files in the folder, by number. */
function descriptors(): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder.path);
    } catch {
      return false;
    }
  });
}
const openHandles = () => descriptors().length;

/** How far the one open file has been read. */
function bytesTaken(): number {
  const [fd] = descriptors();
  return fd === undefined ? 0 : Number(/pos:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]);
}

interface Format<T> {
  readonly name: string;
  readonly read: (path: string) => Source<T>;
  readonly write: (path: string) => Sink<T>;
  readonly item: (index: number) => T;
  /** A text of these items; it may go on. */
  readonly begun: (items: readonly T[]) => string;
  readonly ending: string;
  /** What cannot be read behind a line feed, where its fault is in its line, and what cannot be written. */
  readonly malformed: string | Uint8Array;
  readonly column: number;
  readonly bad: T;
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

function checkFormat<T>({ name, read, write, item, begun, ending, malformed, column, bad }: Format<T>): void {
  const items = numbered(5).map(item);
  const put = (file: string, text: string | Uint8Array): string => {
    writeFileSync(folder.file(file), text);
    return folder.file(file);
  };
  let pipe: number | undefined;
  const source = sourceContract<T>({
    name: `${name}.read`,
    source: () => read(put('in', begun(items) + ending)),
    expected: items,
    missing: () => read(folder.file('absent')),
    corrupt: {
      source: () =>
        read(put('in', Buffer.concat([Buffer.from(begun(items)), Buffer.from(malformed as string), Buffer.from('\n')]))),
      before: items,
      origin: `${folder.file('in')}:${begun(items).split('\n').length}:${column}`,
    },
    waiting: {
      source: () => {
        const path = folder.file('pipe');
        execFileSync('mkfifo', [path]);
        pipe = openSync(path, 'r+');
        writeSync(pipe, begun(items));
        return read(path);
      },
      before: items,
      release: () => {
        // The system ends a read of a pipe only when something comes.
        writeSync(pipe!, '\n');
        closeSync(pipe!);
        rmSync(folder.file('pipe'));
      },
    },
    long: {
      source: () => read(put('long', begun(numbered(200_000).map(item)) + ending)),
      taken: bytesTaken,
      atMost: 256 * 1024,
    },
    openHandles,
  });
  const out = folder.file('out');
  const sink = sinkContract<T>({
    name: `${name}.write`,
    sink: () => write(out),
    items,
    written: async () => {
      if (!existsSync(out)) return undefined;
      const found: T[] = [];
      for await (const pull of read(out).open({ signal: new AbortController().signal })) found.push(...pull.items);
      return found;
    },
    reset: () => {
      rmSync(out, { recursive: true, force: true });
    },
    bad,
    unreachable: () => write(folder.file('no/such/out')),
    breakCommit: () => {
      mkdirSync(out);
    },
    openHandles,
  });
  for (const { name, run } of [...source, ...sink]) test(name, run);
}

const row = (index: number) => ({ id: `${index}`, note: `a, ${index}` });

checkFormat<object>({
  name: 'csv',
  read: (path) => csv.read(path),
  write: (path) => csv.write(path),
  item: row,
  begun: (items) => `id,note\n${items.map((_, index) => `${index},"a, ${index}"\n`).join('')}`,
  ending: '',
  malformed: '1,2,3',
  column: 5,
  bad: { id: [1], note: '' },
});

checkFormat<object>({
  name: 'tsv',
  read: (path) => tsv.read(path),
  write: (path) => tsv.write(path),
  item: row,
  begun: (items) => `id\tnote\n${items.map((_, index) => `${index}\ta, ${index}\n`).join('')}`,
  ending: '',
  malformed: '1\t2\t3',
  column: 5,
  bad: { id: [1], note: '' },
});

checkFormat<unknown>({
  name: 'ndjson',
  read: (path) => ndjson.read(path),
  write: (path) => ndjson.write(path),
  item: (index) => ({ id: index }),
  begun: (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(''),
  ending: '',
  malformed: '{"a" 1}',
  column: 6,
  bad: 1n,
});

checkFormat<unknown>({
  name: 'json',
  read: (path) => json.read(path),
  write: (path) => json.write(path),
  item: (index) => ({ id: index }),
  begun: (items) => `[${items.map((item, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(item)}`).join('')}\n`,
  ending: ']',
  malformed: ',{"a" 1}',
  column: 7,
  bad: 1n,
});

checkFormat<string>({
  name: 'lines',
  read: (path) => lines.read(path),
  write: (path) => lines.write(path),
  item: (index) => `line ${index}`,
  begun: (items) => items.map((item) => `${item}\n`).join(''),
  ending: '',
  malformed: new Uint8Array([0xff]),
  column: 1,
  bad: 'two\nlines',
});
