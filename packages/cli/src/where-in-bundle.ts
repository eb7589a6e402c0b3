import type { where as filesApart } from './where.js';

/** In the place of where.ts in dist/main (scripts/compact.mjs). */
export const where: typeof filesApart = { manifest: new URL('../../package.json', import.meta.url) };
