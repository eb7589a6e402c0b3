import type { Receiver, Sender } from './bounded-queue.js';

/** All that can settle by itself has settled. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Fate = 'waiting' | 'resolved' | 'rejected';

/** What has become of it when all that can settle by itself has. */
export async function fateOf(promise: Promise<unknown>): Promise<Fate> {
  const settled = promise.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  );
  return Promise.race([settled, quiet().then(() => 'waiting' as const)]);
}

/** What still comes, until the end. */
export async function rest(receiver: Receiver<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of receiver) items.push(item);
  return items;
}

/** Sends until there is no room; gives how many were sent. */
export function fill(sender: Sender<number>): number {
  let sent = 0;
  while (sender.trySend(sent) === 'sent') sent += 1;
  return sent;
}
