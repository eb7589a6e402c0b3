import type { where as filesApart } from './where.js';

/** In the place of where.ts in dist/main and dist/compact (scripts/compact.mjs), whose files lie beside each other. */
export const where: typeof filesApart = {
  threadMain: new URL('../main/thread-main.js', import.meta.url),
  processMain: new URL('../main/process-main.js', import.meta.url),
  taskResolver: new URL('../main/task-resolver.js', import.meta.url),
  loneTask: new URL('../main/lone-task.js', import.meta.url),
  compact: {
    'thread-main': new URL('../compact/thread-main.js', import.meta.url),
    'process-main': new URL('../compact/process-main.js', import.meta.url),
    lane: new URL('../compact/lane.js', import.meta.url),
  },
};
