import type { DefaultsOf, GroupOf, OptionTable, ValueOf } from './option.js';

export const flowLimits = {
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
  later: ['checkpoint'],
} as const satisfies OptionTable;

export const operatorsLimits = {
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
} as const satisfies OptionTable;

export const observableLimits = {
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
} as const satisfies OptionTable;

type FlowTable = typeof flowLimits.options;
type OperatorsTable = typeof operatorsLimits.options;
type ObservableTable = typeof observableLimits.options;

/**
 * Options of `flow(source, options)`: what holds for all of its stages.
 *
 * @interface
 */
export type FlowOptions = { readonly [Name in keyof FlowTable]?: ValueOf<FlowTable[Name]> | undefined };
/**
 * Options of `operators(...)` itself, its last argument.
 *
 * @interface
 */
export type OperatorsOptions = { readonly [Name in keyof OperatorsTable]?: ValueOf<OperatorsTable[Name]> | undefined };
/**
 * Options of `fromObservable(observable, options)`.
 *
 * @interface
 */
export type ObservableOptions = GroupOf<ObservableTable>;

/** Defaults of the options of an Observable. */
export const observableDefaults: DefaultsOf<ObservableTable> = { capacity: observableLimits.options.capacity.default };
