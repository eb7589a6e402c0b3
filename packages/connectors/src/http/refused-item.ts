import { kindOf, memberAt } from './member.js';

/** What an answer says of items that the server refuses. */
interface Refusal {
  readonly problem: string;
  /** The first one of them, 0-based; undefined when the answer does not tell which. */
  readonly index: number | undefined;
  /** What of the answer tells why. */
  readonly said: string;
}

/**
 * The refusal of items in an answer, whose list of `{ index, … }` is at `path`; undefined when there is none.
 *
 * @param count items of the batch
 */
export function refusedItem(text: string, path: string, count: number): Refusal | undefined {
  if (text.trim() === '') return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { problem: `the answer is no JSON, so that "${path}" (errorsAt) cannot be seen in it`, index: undefined, said: text };
  }
  const list = memberAt(answer, path);
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) {
    return { problem: `"${path}" (errorsAt) in the answer is ${kindOf(list)}: it must be a list`, index: undefined, said: text };
  }
  if (list.length === 0) return undefined;
  const indexes = list.map((entry) => memberAt(entry, 'index'));
  const known = indexes.filter(
    (index): index is number => Number.isInteger(index) && Number(index) >= 0 && Number(index) < count,
  );
  const index = known.length === 0 ? undefined : Math.min(...known);
  const told = list[indexes.indexOf(index)] ?? list[0];
  const which = index === undefined ? 'and does not tell which' : `the first is item ${index} of the batch`;
  return { problem: `refuses items (${list.length}), ${which}`, index, said: JSON.stringify(told) };
}
