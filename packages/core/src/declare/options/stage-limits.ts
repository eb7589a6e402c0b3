import { longestMs, mostAdmitted, mostAtOnce } from './bounds.js';
import type { OptionTable } from './option.js';
import { queueBytes } from './queue-options.js';
import { retryMembers } from './retry-options.js';

/** Default window of an io task: this many times its concurrency. */
export const windowPerConcurrency = 2;
/** Default window of a cpu task: this many items for each of its workers. */
export const windowPerWorker = 2048;

export const stageLimits = {
  options: {
    /** Items that may wait before the stage. */
    capacity: {
      kind: 'integer',
      min: 1,
      default: 1024,
      unit: 'items',
      doc: 'Items that may wait before the stage.',
      for: ['io task', 'io operators', 'cpu task', 'cpu operators', 'inline'],
    },
    /** The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken. */
    capacityBytes: {
      ...queueBytes.capacityBytes,
      for: ['io task', 'io operators', 'cpu task', 'cpu operators', 'inline'],
    },
    /** Tasks that run at once; a smaller `window` lowers the default. */
    concurrency: {
      kind: 'integer',
      min: 1,
      max: mostAtOnce,
      default: 16,
      unit: 'tasks',
      doc: 'Tasks that run at once; a smaller `window` lowers the default.',
      for: ['io task'],
    },
    /** Items admitted and not yet released, those in batches included; not below a concurrency that is set. */
    window: {
      kind: 'integer',
      min: 1,
      max: mostAdmitted,
      defaultText: `io: ${windowPerConcurrency} × concurrency; cpu: workers × ${windowPerWorker}`,
      unit: 'items',
      doc: 'Items admitted and not yet released, those in batches included; not below a concurrency that is set.',
      for: ['io task', 'cpu task'],
    },
    /** Whether outputs leave in the order of their inputs, in that order for each key, or as they come. */
    order: {
      kind: 'choice',
      values: ['input', 'key', 'none'],
      default: 'input',
      doc: 'Whether outputs leave in the order of their inputs, in that order for each key, or as they come.',
      for: ['io task', 'cpu task'],
    },
    /** Items with equal keys run in order, in lanes always in the same one, and leave in order; operators: one chain for each key. */
    key: {
      kind: 'function',
      signature: '(item) => key',
      defaultText: 'none',
      doc: 'Items with equal keys run in order, in lanes always in the same one, and leave in order; operators: one chain for each key.',
      for: ['io task', 'io operators', 'cpu task', 'cpu operators'],
    },
    /** Tasks of one key that run at once, begun in order; those that are tried again count. */
    concurrencyPerKey: {
      kind: 'integer',
      min: 1,
      defaultText: '1 with `key`',
      unit: 'tasks',
      doc: 'Tasks of one key that run at once, begun in order; those that are tried again count.',
      for: ['io task'],
    },
    /** How many attempts may start within any time of a length; `rateLimiter(...)` gives one limit to several stages. */
    rate: {
      kind: 'group',
      or: 'a rateLimiter(...)',
      defaultText: 'no limit',
      doc: 'How many attempts may start within any time of a length; `rateLimiter(...)` gives one limit to several stages.',
      for: ['io task'],
      members: {
        options: {
          /** Attempts that may start within any `perMs`, retries included. */
          limit: {
            kind: 'integer',
            min: 1,
            required: true,
            defaultText: 'required',
            unit: 'attempts',
            doc: 'Attempts that may start within any `perMs`, retries included.',
          },
          /** Length of that time. */
          perMs: {
            kind: 'integer',
            min: 1,
            max: longestMs,
            required: true,
            defaultText: 'required',
            unit: 'ms',
            doc: 'Length of that time.',
          },
          /** Each key has a limit of its own; an item that waits for its key keeps no other from starting. */
          key: {
            kind: 'function',
            signature: '(item) => key',
            defaultText: 'one limit for all',
            doc: 'Each key has a limit of its own; an item that waits for its key keeps no other from starting.',
          },
        },
        later: [],
      },
    },
    /** Lanes at most; operators without `key` run in one. */
    workers: {
      kind: 'integer',
      min: 1,
      defaultText: "the run's workers",
      unit: 'lanes',
      doc: 'Lanes at most; operators without `key` run in one.',
      for: ['cpu task', 'cpu operators'],
    },
    /** Where the stage runs: in worker threads, in child processes, or on the main thread. */
    isolation: {
      kind: 'choice',
      values: ['thread', 'process', 'inline'],
      defaultText: "the run's isolation",
      doc: 'Where the stage runs: in worker threads, in child processes, or on the main thread.',
      for: ['cpu task', 'cpu operators'],
    },
    /** Items of one message to a lane at most, fewer when they are large; `auto` measures how long the task takes. */
    batch: {
      kind: 'integer',
      min: 1,
      max: 1024,
      or: ['auto'],
      default: 'auto',
      unit: 'items',
      doc: 'Items of one message to a lane at most, fewer when they are large; `auto` measures how long the task takes.',
      for: ['cpu task'],
    },
    /** What becomes of an item whose last attempt has failed: the run fails with it, it is dropped and counted, or a dead letter is written. */
    onError: {
      kind: 'choice',
      values: ['fail', 'skip', 'deadLetter'],
      default: 'fail',
      doc: 'What becomes of an item whose last attempt has failed: the run fails with it, it is dropped and counted, or a dead letter is written.',
      for: ['io task', 'cpu task'],
    },
    /** Time that one attempt may take while its task runs; beyond it the attempt fails with a TimeoutError. */
    timeoutMs: {
      kind: 'integer',
      min: 1,
      max: longestMs,
      defaultText: 'no limit',
      unit: 'ms',
      doc: 'Time that one attempt may take while its task runs; beyond it the attempt fails with a TimeoutError.',
      for: ['io task', 'cpu task'],
    },
    /** Whether and when an item is tried again after its task has failed or its lane has died. */
    retry: {
      kind: 'group',
      doc: 'Whether and when an item is tried again after its task has failed or its lane has died.',
      for: ['io task', 'cpu task'],
      members: retryMembers,
    },
    /** Buffers of outputs are moved from the lane instead of being copied: a task that keeps one finds it empty afterwards. */
    transfer: {
      kind: 'boolean',
      default: false,
      doc: 'Buffers of outputs are moved from the lane instead of being copied: a task that keeps one finds it empty afterwards.',
      for: ['cpu task'],
    },
    /** Items that one worker runs for the stage; then it is replaced, as a remedy for tasks that leak. */
    maxTasksPerWorker: {
      kind: 'integer',
      min: 1,
      defaultText: 'no limit',
      unit: 'items',
      doc: 'Items that one worker runs for the stage; then it is replaced, as a remedy for tasks that leak.',
      for: ['cpu task'],
    },
    /** Makes the resource of a lane, before the first item there: its tasks have it as `context.resource`. */
    setup: {
      kind: 'function',
      signature: '(context) => resource',
      defaultText: 'none',
      doc: 'Makes the resource of a lane, before the first item there: its tasks have it as `context.resource`.',
      for: ['io task', 'cpu task'],
    },
    /** Takes the resource back after the last item, once for each; not in a lane that died. What it throws fails the run. */
    teardown: {
      kind: 'function',
      signature: '(resource, context) => void',
      defaultText: 'none',
      doc: 'Takes the resource back after the last item, once for each; not in a lane that died. What it throws fails the run.',
      for: ['io task', 'cpu task'],
    },
    /** Limits of the memory of each worker that runs the stage; beyond them it dies, and the run lives. */
    resourceLimits: {
      kind: 'group',
      doc: 'Limits of the memory of each worker that runs the stage; beyond them it dies, and the run lives.',
      for: ['cpu task', 'cpu operators'],
      members: {
        options: {
          /** Heap of objects that live long. */
          maxOldGenerationSizeMb: {
            kind: 'number',
            min: 1,
            defaultText: 'that of Node.js',
            unit: 'MiB',
            doc: 'Heap of objects that live long.',
          },
          /** Heap of new objects. */
          maxYoungGenerationSizeMb: {
            kind: 'number',
            min: 1,
            defaultText: 'that of Node.js',
            unit: 'MiB',
            doc: 'Heap of new objects.',
          },
          /** Memory for compiled code. */
          codeRangeSizeMb: {
            kind: 'number',
            min: 1,
            defaultText: 'that of Node.js',
            unit: 'MiB',
            doc: 'Memory for compiled code.',
          },
          /** Stack of calls. */
          stackSizeMb: { kind: 'number', min: 1, defaultText: 'that of Node.js', unit: 'MiB', doc: 'Stack of calls.' },
        },
        later: [],
      },
    },
    /** Items emitted and not yet taken by the next stage; beyond it the run ends with a StallError. */
    maxHeld: {
      kind: 'integer',
      min: 1,
      default: 65_536,
      unit: 'items',
      doc: 'Items emitted and not yet taken by the next stage; beyond it the run ends with a StallError.',
      for: ['io operators', 'cpu operators', 'inline'],
    },
    /** Inputs less outputs at most, for operators that owe an output for each input; others would stop for ever. */
    maxPending: {
      kind: 'integer',
      min: 1,
      defaultText: 'no limit',
      unit: 'items',
      doc: 'Inputs less outputs at most, for operators that owe an output for each input; others would stop for ever.',
      for: ['io operators', 'cpu operators'],
    },
    /** Keys that the stage may know at once; one more fails the run with a TooManyKeysError. */
    maxKeys: {
      kind: 'integer',
      min: 1,
      default: 100_000,
      unit: 'keys',
      doc: 'Keys that the stage may know at once; one more fails the run with a TooManyKeysError.',
      for: ['io operators', 'cpu operators'],
    },
    /** Time without an item of its key after which a chain is completed; a later item of the key starts another. */
    keyIdleMs: {
      kind: 'integer',
      min: 1,
      max: longestMs,
      defaultText: 'none',
      unit: 'ms',
      doc: 'Time without an item of its key after which a chain is completed; a later item of the key starts another.',
      for: ['io operators', 'cpu operators'],
    },
  },
  later: ['checkpoint'],
} as const satisfies OptionTable;
