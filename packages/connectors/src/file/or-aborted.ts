/** The pending operation, or the reason of the abort, whichever comes first. */
export function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolved, rejected) => {
    const onAbort = () => rejected(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const settled = () => signal.removeEventListener('abort', onAbort);
    pending.then(
      (value) => {
        settled();
        resolved(value);
      },
      (error) => {
        settled();
        rejected(error);
      },
    );
  });
}
