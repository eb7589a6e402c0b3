/** Resolves all its callers when `parties` of them wait at the same time. Where fewer come, they wait until the test's limit ends it. */
export function rendezvous(parties: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === parties) for (const leave of waiting.splice(0)) leave();
    });
}
