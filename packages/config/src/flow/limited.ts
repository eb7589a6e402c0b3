import type { FlowSource, Pull, Reading, Source } from '@millrace/core';

/** How many items may still be read, of all sources of a run together. */
export interface Allowance {
  left: number;
}

/** A source that ends when the allowance is used up; it then lets go of what it reads. */
export function limited(source: FlowSource<unknown>, allowance: Allowance): FlowSource<unknown> {
  if (isSource(source)) return limitedSource(source, allowance);
  return async () => take(await itemsOf(source), allowance);
}

function isSource(source: FlowSource<unknown>): source is Source<unknown> {
  return typeof source === 'object' && 'open' in source && 'name' in source;
}

type Items = Iterable<unknown> | AsyncIterable<unknown>;

function itemsOf(source: Exclude<FlowSource<unknown>, Source<unknown>>): Items | PromiseLike<Items> {
  return typeof source === 'function' ? source() : source;
}

async function* take(items: Items, allowance: Allowance): AsyncGenerator<unknown> {
  if (allowance.left <= 0) return;
  for await (const item of items) {
    allowance.left -= 1;
    yield item;
    if (allowance.left <= 0) return;
  }
}

function limitedSource(source: Source<unknown>, allowance: Allowance): Source<unknown> {
  const { name, maxPull, capacity, check } = source;
  return {
    name,
    ...(maxPull === undefined ? {} : { maxPull }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(check === undefined ? {} : { check: (context) => check.call(source, context) }),
    open: (context) => limitedReading(source.open(context), allowance),
  };
}

function limitedReading(reading: Reading<unknown>, allowance: Allowance): Reading<unknown> {
  const { gauge } = reading;
  return {
    ...(gauge === undefined ? {} : { gauge }),
    [Symbol.asyncIterator]: () => pulls(reading, allowance),
  };
}

async function* pulls(reading: Reading<unknown>, allowance: Allowance): AsyncGenerator<Pull<unknown>> {
  if (allowance.left <= 0) return;
  for await (const pull of reading) {
    const items = pull.items.slice(0, allowance.left);
    allowance.left -= items.length;
    yield items.length === pull.items.length ? pull : { ...pull, items };
    if (allowance.left <= 0) return;
  }
}
