import type { where as filesApart } from './where.js';

/** In the place of where.ts in dist/main (scripts/compact.mjs). */
export const where: typeof filesApart = { pipelineModule: new URL('./pipeline-module.js', import.meta.url) };
