import { createRequire } from 'node:module';

/** Not to be used in what index.ts exports: those who install Millrace cannot find these types under NodeNext. */
export type Threads = typeof import('threads');

const require = createRequire(import.meta.url);
let loaded: Threads | undefined;

/**
 * Loads threads.js at the first spawn. Loading installs SIGINT and SIGTERM listeners that call `process.exit(0)`; how a program
 * ends is its own affair, so they are taken off again. `require` is synchronous: no listener of anybody else can slip in between.
 */
export function loadThreads(): Threads {
  loaded ??= withoutAdded(['SIGINT', 'SIGTERM'], () => withoutEval(required));
  return loaded;
}

function required(): Threads {
  try {
    return require('threads') as Threads;
  } catch (cause) {
    throw new Error(
      `the package threads could not be loaded by ${import.meta.url}; a bundle does not hold it: install it there (npm install threads)`,
      { cause },
    );
  }
}

/** Runs `load` and removes the listeners of the process that it added for these events. */
export function withoutAdded<T>(events: readonly string[], load: () => T): T {
  const before = events.map((event) => new Set(process.rawListeners(event)));
  const result = load();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[i]!.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
    }
  });
  return result;
}

/**
 * For webpack's sake threads.js makes code of the text "require", unless this global is there; and Node.js may have been told to make no code of
 * texts (`--disallow-code-generation-from-strings`).
 */
export function withoutEval<T>(load: () => T): T {
  const scope = globalThis as { __non_webpack_require__?: NodeJS.Require };
  if (scope.__non_webpack_require__ !== undefined) return load();
  scope.__non_webpack_require__ = require;
  try {
    return load();
  } finally {
    delete scope.__non_webpack_require__;
  }
}
