import { ndjson } from '@millrace/connectors';
import { type DeadLetter, itemOf } from '@millrace/core';
import { LetterError } from '../errors.js';
import type { ReplaySpec } from '../params.js';

/** Letters of a file, as one pull brings them. */
export interface LetterPull {
  /** In the order of the file; as many as one pull of `ndjson.read` has. */
  readonly letters: readonly DeadLetter[];
  /** Number of the first of these, counted through the file from 0. */
  readonly first: number;
  /** Where the letter of that index in `letters` stands: `rejects.ndjson:3:1`. */
  readonly place: (index: number) => string;
}

/**
 * The dead letters that a run has written as NDJSON, in the order of the file.
 *
 * @throws FileError, DataError for a line that is no JSON, LetterError for a value that is no dead letter
 *
 * @example
 * ```ts
 * import { lettersIn } from '@millrace/config';
 *
 * for await (const { letters, first, place } of lettersIn('rejects.ndjson')) {
 *   for (const [index, { stage, error }] of letters.entries()) {
 *     console.log(first + index, place(index), stage, error.message);
 *   }
 * }
 * ```
 */
export async function* lettersIn(file: string, signal: AbortSignal = new AbortController().signal): AsyncGenerator<LetterPull> {
  let first = 0;
  for await (const { items, origin } of ndjson.read<unknown>(file).open({ signal })) {
    const place = (index: number): string => origin?.(index) ?? file;
    const letters = items.map((item, index) => {
      if (isLetter(item)) return item;
      throw new LetterError(`${place(index)}: this is no dead letter: it needs stage, at and error`);
    });
    yield { letters, first, place };
    first += letters.length;
  }
}

function isLetter(item: unknown): item is DeadLetter {
  if (typeof item !== 'object' || item === null) return false;
  const { stage, at, error }: Partial<Record<keyof DeadLetter, unknown>> = item;
  const isError = typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
  return typeof stage === 'string' && typeof at === 'string' && isError;
}

/** The item that a letter is about, or why it cannot be had back. */
export function itemIn(letter: DeadLetter): { readonly item: unknown } | { readonly why: string } {
  try {
    return { item: itemOf(letter) };
  } catch (error) {
    if (letter.encoded === 'text') return { why: 'the item could not be carried and is only told in words' };
    return { why: `the item cannot be read back: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Whether a letter is among those that were chosen by number. */
export function isChosen(number: number, { numbers }: Pick<ReplaySpec, 'numbers'>): boolean {
  return numbers === undefined || numbers.some(({ from, to }) => number >= from && number <= to);
}
