import { ItemError } from '../errors.js';

export interface BatchFormat {
  readonly body?: 'json' | 'ndjson' | undefined;
  readonly wrap?: string | undefined;
}

/** The text of a batch.
 * @throws ItemError for an item for which there is no JSON */
export function batchBody(items: readonly unknown[], { body = 'json', wrap }: BatchFormat): string {
  const texts = items.map(jsonOf);
  if (body === 'ndjson') return `${texts.join('\n')}\n`;
  const list = `[${texts.join(',')}]`;
  return wrap === undefined ? list : `{${JSON.stringify(wrap)}:${list}}`;
}

function jsonOf(item: unknown, index: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(item);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ItemError(`http.write: item ${index} of the batch cannot be written as JSON: ${why}`, index, { cause: error });
  }
  if (text !== undefined) return text;
  throw new ItemError(`http.write: item ${index} of the batch is ${typeof item}, for which there is no JSON`, index);
}
