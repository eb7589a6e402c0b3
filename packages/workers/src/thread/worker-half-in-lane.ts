import { createRequire } from 'node:module';

/** In the place of worker-half.ts in a compact lane (scripts/compact.mjs): one file that was made of the dozen. */
export function loadWorkerHalf(): typeof import('threads/worker') {
  return createRequire(import.meta.url)('../vendor/threads/worker.cjs');
}
