import { ndjson } from '@millrace/connectors';
import type { DeadLetter } from '@millrace/core';
import { isChosen, itemIn, lettersIn } from '../flow/letters.js';
import { refuseChanged } from '../flow/letters-source.js';
import type { ReplaySpec } from '../params.js';

/**
 * Replaces a file of dead letters, at once, by those that are left: the ones that did not go into the run, and the ones that it wrote.
 *
 * @param read letters that were read, by stage; a stage reads its own in the order of the file
 * @throws FileError, also when somebody else has written the file meanwhile; it is as it was then
 */
export async function keepRemaining(replay: ReplaySpec, read: ReadonlyMap<string, number>): Promise<void> {
  const { signal } = new AbortController();
  await refuseChanged(replay.file, replay.seen);
  const writer = await ndjson.write(replay.file).open({ signal });
  try {
    const passed = new Map<string, number>();
    for await (const { letters, first } of lettersIn(replay.file)) {
      const left = letters.filter((letter, index) => !isGone(letter, first + index, replay, read, passed));
      await writer.write(left, { signal });
    }
    for await (const { letters } of lettersIn(replay.rejects)) await writer.write(letters, { signal });
    // As near to the rename as can be: between the two nobody can be kept out.
    await refuseChanged(replay.file, replay.seen);
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
  await writer.commit();
}

function isGone(
  letter: DeadLetter,
  number: number,
  replay: ReplaySpec,
  read: ReadonlyMap<string, number>,
  passed: Map<string, number>,
): boolean {
  const { stage } = letter;
  const goesIn = replay.entries.includes(stage) && isChosen(number, replay) && 'item' in itemIn(letter);
  if (!goesIn) return false;
  const before = passed.get(stage) ?? 0;
  passed.set(stage, before + 1);
  return before < (read.get(stage) ?? 0);
}
