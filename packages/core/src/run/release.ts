import { onAbort, TimeoutError } from '@millrace/workers';

/** Something that a run holds and must give back, whatever happened. */
export interface Release {
  /** Name of the stage it belongs to, for the message when it fails. */
  readonly stage: string;
  readonly run: () => Promise<void> | undefined;
}

/**
 * Gives everything back side by side; none waits for another, and none is waited for longer than `graceMs`.
 * What fails or is late is told and does not keep the others.
 */
export async function releaseAll(
  releases: readonly Release[],
  graceMs: number,
  failed: (stage: string, error: unknown) => void,
): Promise<void> {
  await Promise.all(
    releases.map(async ({ stage, run }) => {
      try {
        if (!(await within(graceMs, Promise.resolve(run())))) {
          failed(stage, new TimeoutError(`"${stage}" was not released within ${graceMs} ms; nobody waits for it any more`));
        }
      } catch (error) {
        failed(stage, error);
      }
    }),
  );
}

/**
 * False when the promise did not settle in time, or before the signal; it is then left to itself, and a later rejection is silent. A timer
 * that nobody waits for any more would keep the program alive.
 */
export async function within(ms: number, promise: Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => void) | undefined;
  const late = new Promise<false>((resolve) => {
    if (signal?.aborted) return resolve(false);
    timer = setTimeout(() => resolve(false), ms);
    unlisten = signal && onAbort(signal, () => resolve(false));
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    unlisten?.();
    promise.catch(() => undefined);
  }
}
