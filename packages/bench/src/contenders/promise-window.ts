import type { Tally } from '../tally.js';

/**
 * Keeps up to `limit` calls under way and tallies their results in the order of the items: how one uses, with bounded memory, what
 * gives a promise for each item.
 */
export async function promiseWindow(
  items: Iterable<unknown>,
  limit: number,
  call: (item: unknown) => PromiseLike<unknown>,
  tally: Tally,
): Promise<void> {
  const ring: PromiseLike<unknown>[] = [];
  let next = 0;
  for (const item of items) {
    const slot = next++ % limit;
    const oldest = ring[slot];
    if (oldest !== undefined) tally.add(await oldest);
    ring[slot] = call(item);
  }
  for (let i = Math.max(0, next - limit); i < next; i++) tally.add(await ring[i % limit]);
}
