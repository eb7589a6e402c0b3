/** As `instanceof`, for what users throw: a proxy may throw when it is asked for its prototype, and is of no class then. */
export function isInstance<T>(value: unknown, Class: abstract new (...args: never) => T): value is T {
  try {
    return value instanceof Class;
  } catch {
    return false;
  }
}
