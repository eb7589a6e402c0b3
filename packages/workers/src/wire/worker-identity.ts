/** What a worker is called, for people and in `currentWorker()`. */
export interface WorkerIdentity {
  readonly name: string;
  /** Counts the workers that one thread has started, from 1: no two of its workers share one, though they may share a name. */
  readonly id: number;
}

let last = 0;

export function identityOf({ name, lane }: { readonly name?: string | undefined; readonly lane: number }): WorkerIdentity {
  last += 1;
  return { name: name ?? `millrace-lane-${lane}`, id: last };
}
