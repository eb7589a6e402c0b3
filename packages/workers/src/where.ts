/** Where the files lie that workers are started from, and what they load first. In bundles, `where-in-bundle.ts` stands for this. */
export const where = {
  threadMain: new URL('./entry/thread-main.js', import.meta.url),
  processMain: new URL('./entry/process-main.js', import.meta.url),
  taskResolver: new URL('./entry/lookup/task-resolver.js', import.meta.url),
  loneTask: new URL('./entry/lone-task.js', import.meta.url),
  /** The few files that lanes are started from (wire/compact.ts). */
  compact: {
    'thread-main': new URL('./compact/thread-main.js', import.meta.url),
    'process-main': new URL('./compact/process-main.js', import.meta.url),
    lane: new URL('./compact/lane.js', import.meta.url),
  },
} as const;
