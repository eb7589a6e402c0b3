import { longestMs } from './bounds.js';
import type { DefaultsOf, OptionTable, ValueOf } from './option.js';

export const runLimits = {
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
} as const satisfies OptionTable;

const run = runLimits.options;

type RunTable = typeof run;

/**
 * Options of one run: of `run`, `start` and `iterate` of a pipeline, and of `toArray` and `toObservable` of a flow.
 *
 * @interface
 */
export type RunOptions = { readonly [Name in keyof RunTable]?: ValueOf<RunTable[Name]> | undefined };

/** Defaults of run options. */
export const runDefaults: DefaultsOf<RunTable> = {
  isolation: run.isolation.default,
  startTimeoutMs: run.startTimeoutMs.default,
  graceMs: run.graceMs.default,
  maxRestarts: run.maxRestarts.default,
  output: run.output.default,
};
