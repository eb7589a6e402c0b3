/** Each kills one worker at once. */
const living = new Set<() => void>();

/** What lives when this process exits is killed then. */
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
