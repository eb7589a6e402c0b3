import { LetterError } from '../errors.js';
import { isChosen, itemIn, lettersIn } from '../flow/letters.js';
import { stateOf } from '../flow/letters-source.js';
import type { NumberRange } from '../params.js';

/** Letters that stay, for one reason. */
export interface StayingLetters {
  /** In words. */
  readonly why: string;
  /** How many stay for it. */
  count: number;
  /** Number of the first one, from 0. */
  readonly first: number;
}

/** What stands in a file of dead letters. */
export interface Survey {
  /** @internal State of the file when it was looked through. */
  readonly seen: string;
  /** Letters in the file. */
  readonly total: number;
  /** How many letters go into each stage again, by its name. */
  readonly entries: ReadonlyMap<string, number>;
  /** Letters that were chosen and cannot be replayed. */
  readonly staying: readonly StayingLetters[];
  /** Letters that were not chosen by stage and number; they stay, too. */
  readonly notChosen: number;
}

/** Which letters are to be replayed; absent members choose all. */
export interface LetterChoice {
  /** Names of stages and sinks that rejected them. Default: all. */
  readonly stages?: readonly string[] | undefined;
  /** Their numbers in the file. Default: all. */
  readonly numbers?: readonly NumberRange[] | undefined;
}

/**
 * Looks through a file of dead letters, whole, before anything of it is replayed.
 *
 * @throws FileError, DataError, LetterError
 */
export async function surveyed(
  file: string,
  pipeline: string,
  enterable: ReadonlySet<string>,
  choice: LetterChoice,
): Promise<Survey> {
  const seen = await stateOf(file);
  const entries = new Map<string, number>();
  const staying = new Map<string, StayingLetters>();
  let [total, notChosen] = [0, 0];
  for await (const { letters, first, place } of lettersIn(file)) {
    total += letters.length;
    for (const [index, letter] of letters.entries()) {
      const number = first + index;
      if (!isChosen(number, choice) || choice.stages?.includes(letter.stage) === false) {
        notChosen += 1;
        continue;
      }
      if (letter.pipeline !== undefined && letter.pipeline !== pipeline) {
        throw new LetterError(
          `${place(index)}: this is a dead letter of the pipeline "${letter.pipeline}", and the file declares "${pipeline}"; if it was renamed, give --set name=${JSON.stringify(letter.pipeline)}`,
        );
      }
      const found = itemIn(letter);
      const why = enterable.has(letter.stage)
        ? 'why' in found && found.why
        : `the pipeline has no stage "${letter.stage}" any more`;
      if (why === false) entries.set(letter.stage, (entries.get(letter.stage) ?? 0) + 1);
      else addTo(staying, why, number);
    }
  }
  return { seen, total, entries, staying: [...staying.values()], notChosen };
}

function addTo(staying: Map<string, StayingLetters>, why: string, number: number): void {
  const known = staying.get(why);
  if (known === undefined) staying.set(why, { why, count: 1, first: number });
  else known.count += 1;
}
