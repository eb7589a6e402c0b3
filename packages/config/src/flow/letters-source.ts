import { stat } from 'node:fs/promises';
import { FileError } from '@millrace/connectors';
import type { DeadLetter, Pull, Source } from '@millrace/core';
import type { ReplaySpec } from '../params.js';
import { isChosen, itemIn, lettersIn } from './letters.js';

/** Name of the source of the letters of a stage. */
export function lettersName(stage: string): string {
  return `dead letters of ${stage}`;
}

/**
 * The items of the letters of one stage, as they came into it. Each entry of a replay reads the whole file by itself: letters of two stages
 * may be a million lines apart, and none of them is to wait in memory.
 */
export function lettersSource(replay: ReplaySpec, stage: string): Source<unknown> {
  return {
    name: lettersName(stage),
    // As many as a pull of the file.
    maxPull: 1024,
    open: ({ signal }) => pullsOf(replay, stage, signal),
  };
}

async function* pullsOf(replay: ReplaySpec, stage: string, signal: AbortSignal): AsyncGenerator<Pull<unknown>> {
  await refuseChanged(replay.file, replay.seen);
  for await (const { letters, first } of lettersIn(replay.file, signal)) {
    const items: unknown[] = [];
    const from: DeadLetter[] = [];
    for (const [index, letter] of letters.entries()) {
      if (letter.stage !== stage || !isChosen(first + index, replay)) continue;
      const found = itemIn(letter);
      if (!('item' in found)) continue;
      items.push(found.item);
      from.push(letter);
    }
    if (items.length > 0) yield { items, origin: (index) => originOf(from[index]!) };
  }
}

/** Where the item came from in the first place: the line of a letter changes with the file, and tells nobody anything. */
function originOf({ origin, position, stage }: DeadLetter): string {
  return origin ?? (position === undefined ? `a dead letter of ${stage}` : `item ${position}`);
}

/** What tells one state of a file from another: who replaces it gives it another number, who writes to it another size or time. */
export async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : `the system says ${String(code)}`;
    throw new FileError(`cannot read "${file}": ${why}`, file, { cause });
  }
}

/** @throws FileError when the file is not what it was */
export async function refuseChanged(file: string, seen: string): Promise<void> {
  if ((await stateOf(file)) === seen) return;
  throw new FileError(`"${file}" has changed while its dead letters were being replayed: another run writes it`, file);
}
