import { type ValueFormat, valueText } from '../json/value-text.js';

export interface BatchFormat {
  readonly body?: 'json' | 'ndjson' | undefined;
  readonly wrap?: string | undefined;
}

/** The text of a batch.
 * @throws ItemError for an item for which there is no JSON */
export function batchBody(items: readonly unknown[], { body = 'json', wrap }: BatchFormat, format: ValueFormat): string {
  const texts = items.map((item, index) => valueText(item, index, format));
  if (body === 'ndjson') return `${texts.join('\n')}\n`;
  const list = `[${texts.join(',')}]`;
  return wrap === undefined ? list : `{${JSON.stringify(wrap)}:${list}}`;
}
