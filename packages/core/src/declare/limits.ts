import type { DefaultsOf, GroupOf, OptionTable, StageKind, ValueOf } from './option.js';
import type { RateLimiter } from './rate-limiter.js';

/** Default window of an io task: this many times its concurrency. */
export const windowPerConcurrency = 2;
/** Default window of a cpu task: this many items for each of its workers. */
export const windowPerWorker = 2048;
/** Timers of Node count in 32 bits with a sign and fire at once beyond. */
export const longestMs = 2 ** 31 - 1;
/** Default bytes that may wait before a stage. */
const waitingBytes = 64 * 2 ** 20;

/** Members of the option `retry`, of stages and sinks alike. */
const retryMembers = {
  options: {
    /** Attempts of one item in all; `onError` says what comes after the last. One that has given an output is not repeated. */
    attempts: {
      kind: 'integer',
      min: 1,
      default: 1,
      unit: 'attempts',
      doc: 'Attempts of one item in all; `onError` says what comes after the last. One that has given an output is not repeated.',
    },
    /** Longest delay before the second attempt. The `retryAfterMs` of an error holds the whole stage for so long besides. */
    delayMs: {
      kind: 'integer',
      min: 0,
      max: longestMs,
      default: 200,
      unit: 'ms',
      doc: 'Longest delay before the second attempt. The `retryAfterMs` of an error holds the whole stage for so long besides.',
    },
    /** Each further delay may be so many times as long. */
    factor: { kind: 'number', min: 1, default: 2, doc: 'Each further delay may be so many times as long.' },
    /** No delay is longer. */
    maxDelayMs: { kind: 'integer', min: 0, max: longestMs, default: 30_000, unit: 'ms', doc: 'No delay is longer.' },
    /** Delays are random, from none to the longest; false: always the longest. */
    jitter: {
      kind: 'boolean',
      default: true,
      doc: 'Delays are random, from none to the longest; false: always the longest.',
    },
    /** Whether an error is worth another attempt. What it throws fails the item, with the error as its cause. */
    when: {
      kind: 'function',
      signature: '(error, attempt) => boolean',
      defaultText: 'every error is',
      doc: 'Whether an error is worth another attempt. What it throws fails the item, with the error as its cause.',
    },
  },
  later: [],
} as const satisfies OptionTable;

/**
 * The one table of options: their types, defaults, checks and docs/options.md derive from it. The doc comment of an entry equals its
 * `doc` (a test compares them).
 */
export const limits = {
  stage: {
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
        kind: 'integer',
        min: 1,
        default: waitingBytes,
        unit: 'bytes',
        doc: 'The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken.',
        for: ['io task', 'io operators', 'cpu task', 'cpu operators', 'inline'],
      },
      /** Tasks that run at once. */
      concurrency: {
        kind: 'integer',
        min: 1,
        default: 16,
        unit: 'tasks',
        doc: 'Tasks that run at once.',
        for: ['io task'],
      },
      /** Items admitted and not yet released, those in batches included; not below the concurrency. */
      window: {
        kind: 'integer',
        min: 1,
        defaultText: `io: ${windowPerConcurrency} × concurrency; cpu: workers × ${windowPerWorker}`,
        unit: 'items',
        doc: 'Items admitted and not yet released, those in batches included; not below the concurrency.',
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
      /** Items of one message to a lane; `auto` measures how long the task takes. */
      batch: {
        kind: 'integer',
        min: 1,
        max: 1024,
        or: ['auto'],
        default: 'auto',
        unit: 'items',
        doc: 'Items of one message to a lane; `auto` measures how long the task takes.',
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
    later: [],
  },
  batch: {
    options: {
      /** Items that may wait before the stage. */
      capacity: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items that may wait before the stage.' },
      /** The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken. */
      capacityBytes: {
        kind: 'integer',
        min: 1,
        default: waitingBytes,
        unit: 'bytes',
        doc: 'The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken.',
      },
      /** Items of one batch at most; a batch of so many leaves at once. */
      items: {
        kind: 'integer',
        min: 1,
        default: 1024,
        unit: 'items',
        doc: 'Items of one batch at most; a batch of so many leaves at once.',
      },
      /** Time after the first item of a batch at which it leaves with what it has. */
      ms: {
        kind: 'integer',
        min: 1,
        max: longestMs,
        defaultText: 'no limit',
        unit: 'ms',
        doc: 'Time after the first item of a batch at which it leaves with what it has.',
      },
    },
    later: [],
  },
  sink: {
    options: {
      /** Items that may wait before the sink. */
      capacity: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items that may wait before the sink.' },
      /** The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken. */
      capacityBytes: {
        kind: 'integer',
        min: 1,
        default: waitingBytes,
        unit: 'bytes',
        doc: 'The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken.',
      },
      /** What one write brings at most, and how long it waits for that. */
      batch: {
        kind: 'group',
        doc: 'What one write brings at most, and how long it waits for that.',
        members: {
          options: {
            /** Items of one write. */
            items: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items of one write.' },
            /** Bytes of one write, counted for strings, buffers and typed arrays; a larger item is written alone. */
            bytes: {
              kind: 'integer',
              min: 1,
              defaultText: 'no limit',
              unit: 'bytes',
              doc: 'Bytes of one write, counted for strings, buffers and typed arrays; a larger item is written alone.',
            },
            /** Time that the first item of a write waits for others at most. */
            ms: {
              kind: 'integer',
              min: 1,
              max: longestMs,
              defaultText: 'a write waits for nothing and takes what has come',
              unit: 'ms',
              doc: 'Time that the first item of a write waits for others at most.',
            },
          },
          later: [],
        },
      },
      /** Writes at once; with more than one their order is not kept. */
      concurrency: {
        kind: 'integer',
        min: 1,
        default: 1,
        unit: 'writes',
        doc: 'Writes at once; with more than one their order is not kept.',
      },
      /** Time that one attempt of a write may take; beyond it the attempt fails with a TimeoutError. */
      timeoutMs: {
        kind: 'integer',
        min: 1,
        max: longestMs,
        defaultText: 'no limit',
        unit: 'ms',
        doc: 'Time that one attempt of a write may take; beyond it the attempt fails with a TimeoutError.',
      },
      /** Whether and when a write that has failed is repeated, whole: a sink that keeps a part of it gets that part twice. */
      retry: {
        kind: 'group',
        doc: 'Whether and when a write that has failed is repeated, whole: a sink that keeps a part of it gets that part twice.',
        members: retryMembers,
      },
      /** What becomes of a batch that cannot be written: `fail` ends the run; otherwise it is halved until its bad rows stand alone. */
      onError: {
        kind: 'choice',
        values: ['fail', 'skip', 'deadLetter'],
        default: 'fail',
        doc: 'What becomes of a batch that cannot be written: `fail` ends the run; otherwise it is halved until its bad rows stand alone.',
      },
    },
    later: [],
  },
  run: {
    options: {
      /** Cancels the run when it aborts. */
      signal: { kind: 'signal', defaultText: 'none', doc: 'Cancels the run when it aborts.' },
      /** Lanes that cpu stages share, those of each isolation and memory limit; 0 runs them on the main thread, values still cloned. */
      workers: {
        kind: 'integer',
        min: 0,
        defaultText: 'the cores that the machine and its cgroup grant',
        unit: 'lanes',
        doc: 'Lanes that cpu stages share, those of each isolation and memory limit; 0 runs them on the main thread, values still cloned.',
      },
      /** Isolation of the cpu stages that set none. */
      isolation: {
        kind: 'choice',
        values: ['thread', 'process', 'inline'],
        default: 'thread',
        doc: 'Isolation of the cpu stages that set none.',
      },
      /** Time that a lane has to import the pipeline's module and get ready. */
      startTimeoutMs: {
        kind: 'integer',
        min: 1,
        max: longestMs,
        default: 30_000,
        unit: 'ms',
        doc: "Time that a lane has to import the pipeline's module and get ready.",
      },
      /** Time that lanes and the source have to end by themselves before they are ended. */
      graceMs: {
        kind: 'integer',
        min: 0,
        max: longestMs,
        default: 1000,
        unit: 'ms',
        doc: 'Time that lanes and the source have to end by themselves before they are ended.',
      },
      /** Times that a lane is replaced within a minute; one more death fails the run. */
      maxRestarts: {
        kind: 'integer',
        min: 0,
        default: 5,
        unit: 'restarts',
        doc: 'Times that a lane is replaced within a minute; one more death fails the run.',
      },
      /** What workers print: on the stdout and stderr of this process, or, line by line, as `output` events of the run. */
      output: {
        kind: 'choice',
        values: ['inherit', 'events'],
        default: 'inherit',
        doc: 'What workers print: on the stdout and stderr of this process, or, line by line, as `output` events of the run.',
      },
    },
    later: ['checkpoint'],
  },
  operators: {
    options: {
      /** Each output belongs to the input being fed, and its position goes on with it; one that comes at another time is an error. */
      lineage: {
        kind: 'choice',
        values: ['sync'],
        defaultText: 'outputs have no position',
        doc: 'Each output belongs to the input being fed, and its position goes on with it; one that comes at another time is an error.',
      },
    },
    later: [],
  },
  flow: {
    options: {
      /** Where items go that fail for good in a stage with `onError: 'deadLetter'`; it commits when the run completes or drains. */
      deadLetters: {
        kind: 'sink',
        defaultText: 'none',
        doc: "Where items go that fail for good in a stage with `onError: 'deadLetter'`; it commits when the run completes or drains.",
      },
      /** Items that may be skipped and dead-lettered in all, or their share of those read, judged from 1,000 read on and at the end. */
      maxErrors: {
        kind: 'tolerance',
        defaultText: 'no limit',
        doc: 'Items that may be skipped and dead-lettered in all, or their share of those read, judged from 1,000 read on and at the end.',
      },
    },
    later: [],
  },
  observable: {
    options: {
      /** What becomes of an item that finds no room: it fails the run, takes the place of the oldest one, or is dropped. */
      overflow: {
        kind: 'choice',
        values: ['fail', 'dropOldest', 'dropNewest'],
        required: true,
        defaultText: 'required',
        doc: 'What becomes of an item that finds no room: it fails the run, takes the place of the oldest one, or is dropped.',
      },
      /** Items that may wait until the flow reads them. */
      capacity: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items that may wait until the flow reads them.' },
    },
    later: [],
  },
} as const satisfies Record<string, OptionTable>;

type StageTable = typeof limits.stage.options;
type NamesFor<Kind extends StageKind> = {
  [Name in keyof StageTable]: Kind extends StageTable[Name]['for'][number] ? Name : never;
}[keyof StageTable];
type TakenBy<Kind extends StageKind> = Pick<StageTable, NamesFor<Kind>>;
type BatchTable = typeof limits.batch.options;
type SinkTable = typeof limits.sink.options;
type RunTable = typeof limits.run.options;
type OperatorsTable = typeof limits.operators.options;
type FlowTable = typeof limits.flow.options;
type ObservableTable = typeof limits.observable.options;
type RateTable = typeof stage.rate.members.options;
type RetryTable = typeof retryMembers.options;
type MemoryTable = typeof stage.resourceLimits.members.options;
type WriteTable = typeof sink.batch.members.options;

// Each is a mapped type of its own, so that compile errors call it by its name and not by the table's whole text; and each maps
// `keyof` a table, as an `as` clause would lose the doc comments of the entries. `@interface` shows its members in the API reference.

/**
 * The option `rate` of an io stage, and what `rateLimiter(options)` takes: within any `perMs` at most `limit` attempts start. `Item` is
 * what the stage takes.
 *
 * @interface
 */
export type RateOptions<Item = never> = GroupOf<RateTable, Item>;
/**
 * The option `retry` of a stage or a sink: how often, and how soon, an item or a write is tried again. Without it there is one attempt;
 * one that sets other members and not `attempts` is a `PlanError`. Delays grow exponentially, each random between none and the longest
 * ("full jitter": Marc Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
 *
 * @interface
 */
export type RetryOptions = { readonly [Name in keyof RetryTable]?: ValueOf<RetryTable[Name]> | undefined };
/**
 * The option `resourceLimits` of a cpu stage: limits of the memory of each worker that runs it, those of `node:worker_threads`. A child
 * process has no setting for `codeRangeSizeMb` and `stackSizeMb`: a stage with `isolation: 'process'` that sets one is a `PlanError`.
 *
 * @interface
 */
export type ResourceLimits = { readonly [Name in keyof MemoryTable]?: ValueOf<MemoryTable[Name]> | undefined };
/**
 * The option `batch` of a sink: what one write brings at most, and how long it waits for that.
 *
 * @interface
 */
export type SinkBatchOptions = { readonly [Name in keyof WriteTable]?: ValueOf<WriteTable[Name]> | undefined };

/** Options that have members, by a name that messages and the API reference can use. */
interface StageGroups<Item> {
  readonly rate: RateOptions<Item> | RateLimiter<Item>;
  readonly retry: RetryOptions;
  readonly resourceLimits: ResourceLimits;
}
interface SinkGroups {
  readonly retry: RetryOptions;
  readonly batch: SinkBatchOptions;
}
type StageValue<Name extends keyof StageTable, Item = never, Resource = unknown> = Name extends keyof StageGroups<Item>
  ? StageGroups<Item>[Name]
  : ValueOf<StageTable[Name], Item, Resource>;
type SinkValue<Name extends keyof SinkTable> = Name extends keyof SinkGroups ? SinkGroups[Name] : ValueOf<SinkTable[Name]>;

/**
 * Options of `io(name, task)`, for items of type `I` and what `setup` gives, of type `Resource`.
 *
 * @interface
 */
export type IoTaskOptions<I = never, Resource = unknown> = {
  readonly [Name in keyof TakenBy<'io task'>]?: StageValue<Name, I, Resource> | undefined;
};
/**
 * Options of `io(name, operators(...))`, for items of type `I`.
 *
 * @interface
 */
export type IoOperatorsOptions<I = never> = {
  readonly [Name in keyof TakenBy<'io operators'>]?: StageValue<Name, I> | undefined;
};
/**
 * Options of `cpu(name, task)`, for items of type `I` and what `setup` gives in each lane, of type `Resource`.
 *
 * @interface
 */
export type CpuTaskOptions<I = never, Resource = unknown> = {
  readonly [Name in keyof TakenBy<'cpu task'>]?: StageValue<Name, I, Resource> | undefined;
};
/**
 * Options of `cpu(name, operators(...))`, for items of type `I`.
 *
 * @interface
 */
export type CpuOperatorsOptions<I = never> = {
  readonly [Name in keyof TakenBy<'cpu operators'>]?: StageValue<Name, I> | undefined;
};
/**
 * Options of `operators(...)` itself, its last argument.
 *
 * @interface
 */
export type OperatorsOptions = { readonly [Name in keyof OperatorsTable]?: ValueOf<OperatorsTable[Name]> | undefined };
/** Options of untagged operators. They cannot be set, so all are absent. */
export type InlineOptions = { readonly [Name in keyof TakenBy<'inline'>]?: StageValue<Name> | undefined };
/** Options of any tagged stage, as its declaration holds them. */
export type StageOptions = { readonly [Name in keyof StageTable]?: StageValue<Name> | undefined };
/**
 * Options of `batch(...)`: one of `items` and `ms` at least.
 *
 * @interface
 */
export type BatchOptions = { readonly [Name in keyof BatchTable]?: ValueOf<BatchTable[Name]> | undefined };
/**
 * Options of `flow.to(sink, options)`.
 *
 * @interface
 */
export type SinkOptions = { readonly [Name in keyof SinkTable]?: SinkValue<Name> | undefined };
/**
 * Options of one run: of `run`, `start` and `iterate` of a pipeline, and of `toArray` and `toObservable` of a flow.
 *
 * @interface
 */
export type RunOptions = { readonly [Name in keyof RunTable]?: ValueOf<RunTable[Name]> | undefined };
/**
 * Options of `fromObservable(observable, options)`.
 *
 * @interface
 */
export type ObservableOptions = GroupOf<ObservableTable>;
/**
 * Options of `flow(source, options)`: what holds for all of its stages.
 *
 * @interface
 */
export type FlowOptions = { readonly [Name in keyof FlowTable]?: ValueOf<FlowTable[Name]> | undefined };

const stage = limits.stage.options;
const retry = retryMembers.options;
const batch = limits.batch.options;
const sink = limits.sink.options;
const run = limits.run.options;

const retryDefaults: DefaultsOf<typeof retryMembers.options> = {
  attempts: retry.attempts.default,
  delayMs: retry.delayMs.default,
  factor: retry.factor.default,
  maxDelayMs: retry.maxDelayMs.default,
  jitter: retry.jitter.default,
};

/** Defaults of stage options. */
export const defaults: DefaultsOf<StageTable> = {
  capacity: stage.capacity.default,
  capacityBytes: stage.capacityBytes.default,
  concurrency: stage.concurrency.default,
  order: stage.order.default,
  batch: stage.batch.default,
  onError: stage.onError.default,
  retry: retryDefaults,
  transfer: stage.transfer.default,
  maxHeld: stage.maxHeld.default,
  maxKeys: stage.maxKeys.default,
};

/** Defaults of options of `batch(...)`. */
export const batchDefaults: DefaultsOf<BatchTable> = {
  capacity: batch.capacity.default,
  capacityBytes: batch.capacityBytes.default,
  items: batch.items.default,
};

/** Defaults of sink options. */
export const sinkDefaults: DefaultsOf<SinkTable> = {
  capacity: sink.capacity.default,
  capacityBytes: sink.capacityBytes.default,
  batch: { items: sink.batch.members.options.items.default },
  concurrency: sink.concurrency.default,
  retry: retryDefaults,
  onError: sink.onError.default,
};

/** Defaults of run options. */
export const runDefaults: DefaultsOf<RunTable> = {
  isolation: run.isolation.default,
  startTimeoutMs: run.startTimeoutMs.default,
  graceMs: run.graceMs.default,
  maxRestarts: run.maxRestarts.default,
  output: run.output.default,
};

/** Defaults of the options of an Observable. */
export const observableDefaults: DefaultsOf<ObservableTable> = { capacity: limits.observable.options.capacity.default };
