/** Each kills one worker at once. */
const living = new Set<() => void>();

/**
 * A worker that lives when this process exits is killed then. Its pipe tells it the same, and ends it also after a crash of this process,
 * but only when its event loop turns; this ends one that computes, too.
 */
export function remember(kill: () => void): void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(kill);
}

export function forget(kill: () => void): void {
  living.delete(kill);
  if (living.size === 0) process.off('exit', killAll);
}

function killAll(): void {
  for (const kill of living) kill();
}
