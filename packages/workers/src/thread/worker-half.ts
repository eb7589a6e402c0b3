import { createRequire } from 'node:module';

/** Loads what a worker needs of threads.js: a dozen files. */
export function loadWorkerHalf(): typeof import('threads/worker') {
  return createRequire(import.meta.url)('threads/worker');
}
