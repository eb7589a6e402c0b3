import type { Pull, Source } from '@millrace/core';
import { allowEmptyRule, checkDeclaration, type OptionRule, pathsRule, wholeNumber } from '../options.js';
import { maxPull } from '../pulls.js';
import { type InputPaths, inputPaths } from './input-paths.js';
import { orAborted } from './or-aborted.js';
import { refusal } from './refusal.js';
import { RegularFile } from './regular-file.js';
import { standardStream } from './standard-stream.js';

/**
 * A part of a text file: small plain data that goes to a worker, which reads the lines there. A line belongs to the range that its first byte
 * lies in, so the ranges of a file have each of its lines once, wherever they are cut.
 */
export interface FileRange {
  /** As it was given to `ranges`, or found by the glob that was. */
  readonly path: string;
  /** Place of its first byte in the file. */
  readonly start: number;
  /** Place behind its last byte. The last line of the range may reach beyond. */
  readonly end: number;
  /** Bytes of the file when it was cut up. What is written behind them later is not read. */
  readonly size: number;
}

/** Options of `lines.ranges` and `ndjson.ranges`. */
export interface FileRangesOptions {
  /** Bytes of a range; the last one of a file may have fewer. A lane holds one range, and what is made of it. Default 1 MiB. */
  readonly rangeBytes?: number | undefined;
  /** A glob without a match stands for no file instead of being an error. Default false. */
  readonly allowEmpty?: boolean | undefined;
}

export const fileRangesRules: Readonly<Record<keyof FileRangesOptions, OptionRule>> = {
  rangeBytes: { ...wholeNumber('bytes', 1), doc: 'Bytes of a range.', default: '1 MiB' },
  allowEmpty: allowEmptyRule,
};

/** Enough that a range costs more than its reading; so few that its lines die young, which made 4 MiB a third slower. */
const defaultRangeBytes = 1024 * 1024;

/** Why a range needs a regular file. */
export const readInParts = 'a file is read in parts only from any place';

/** What the ranges of one file are cut from, and what is told with each. */
interface CutFile<Range extends FileRange> {
  /** Where the first range begins; at the size of the file there is none. */
  readonly start: number;
  readonly told: (range: FileRange) => Range;
}

/** Looks at a file before it is cut up. */
export type Cut<Range extends FileRange> = (file: RegularFile, signal: AbortSignal) => Promise<CutFile<Range>>;

/** A source of the ranges of some files, one file after the other. Empty files have none. The options have been checked. */
export function rangeSource<Range extends FileRange>(
  name: string,
  paths: InputPaths,
  { rangeBytes = defaultRangeBytes, allowEmpty = false }: FileRangesOptions,
  /** Called once for each opening: what the files of one reading have in common lives in its closure. */
  cutting: () => Cut<Range>,
): Source<Range> {
  const find = (signal: AbortSignal) => orAborted(inputPaths(paths, allowEmpty, signal), signal);
  return {
    name,
    maxPull,
    check: async ({ signal }) => {
      const cut = cutting();
      for (const path of await find(signal)) await cutUp(path, cut, signal);
    },
    open: async function* ({ signal }) {
      const cut = cutting();
      for (const path of await find(signal)) yield* rangePulls(path, await cutUp(path, cut, signal), rangeBytes, signal);
    },
  };
}

/** A source of the ranges of text files, from their first byte on. */
export function fileRanges(name: string, paths: InputPaths, options: FileRangesOptions = {}): Source<FileRange> {
  checkDeclaration(`${name}.ranges`, paths, options, fileRangesRules, pathsRule);
  return rangeSource(name, paths, options, () => async () => ({ start: 0, told: (range) => range }));
}

interface SizedCut<Range extends FileRange> extends CutFile<Range> {
  readonly size: number;
}

function* rangePulls<Range extends FileRange>(
  path: string,
  { start: first, size, told }: SizedCut<Range>,
  rangeBytes: number,
  signal: AbortSignal,
): Generator<Pull<Range>, void, undefined> {
  const pullBytes = maxPull * rangeBytes;
  for (let at = first; at < size; at += pullBytes) {
    signal.throwIfAborted();
    const items: Range[] = [];
    for (let start = at; start < Math.min(at + pullBytes, size); start += rangeBytes) {
      items.push(told({ path, start, end: Math.min(start + rangeBytes, size), size }));
    }
    yield { items, origin: (index) => `${path}@${items[index]!.start}` };
  }
}

/** @throws FileError for what cannot be cut up */
async function cutUp<Range extends FileRange>(path: string, cut: Cut<Range>, signal: AbortSignal): Promise<SizedCut<Range>> {
  if (path === standardStream) throw refusal('read', path, readInParts);
  const file = await RegularFile.open(path, readInParts, signal);
  try {
    const [first, second] = await file.read(0, 2);
    if (first === 0x1f && second === 0x8b) {
      throw refusal('read', path, 'it is packed by gzip, which is unpacked only from its start: read it whole');
    }
    return { ...(await cut(file, signal)), size: file.size };
  } finally {
    await file.close();
  }
}
