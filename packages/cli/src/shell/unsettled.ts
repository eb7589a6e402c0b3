import { onUnsettled } from '@millrace/core/internal/unsettled';

export { UnsettledError } from '@millrace/core/internal/unsettled';

/** @throws what `unsettled` gives, when the promise can never settle: nothing is left that could bring what it waits for */
export async function settled<Value>(promise: Promise<Value>, unsettled: () => Error): Promise<Value> {
  let unwatch = (): void => {};
  const never = new Promise<never>((_, reject) => {
    unwatch = onUnsettled(() => reject(unsettled()));
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    unwatch();
  }
}
