import type { where as filesApart } from './where.js';

/** In the place of where.ts in dist/main (scripts/compact.mjs). */
export const where: typeof filesApart = {
  resolve: new URL('../main/resolve.js', import.meta.url),
  compactLane: new URL('../compact/lane.js', import.meta.url),
};
