/** One listener for each signal, however many calls it is given to: thousands of them would be slow, and warned of as a leak. */
const watched = new WeakMap<AbortSignal, { readonly reactions: Set<() => void>; readonly listener: () => void }>();

/** Calls `react` when the signal aborts, at most once; the function given back takes that back. The signal has not aborted yet. */
export function onAbort(signal: AbortSignal, react: () => void): () => void {
  let watch = watched.get(signal);
  if (watch === undefined) {
    const reactions = new Set<() => void>();
    const listener = (): void => {
      watched.delete(signal);
      for (const reaction of reactions) called(reaction);
    };
    watch = { reactions, listener };
    watched.set(signal, watch);
    signal.addEventListener('abort', listener, { once: true });
  }
  const { reactions, listener } = watch;
  reactions.add(react);
  return () => {
    reactions.delete(react);
    if (reactions.size > 0 || watched.get(signal)?.listener !== listener) return;
    watched.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}

/** As listeners are called: what one throws keeps no other from hearing, and is nobody's to catch. */
function called(reaction: () => void): void {
  try {
    reaction();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
