import type { ExportRef, FieldRef } from './shapes/code.js';

/**
 * A pipeline file, resolved, as plain data: vars are put in, paths are absolute, references to code are URLs. What the factory of its
 * pipeline is called with, in the main thread and in lanes.
 *
 * `loadConfig` makes it, and the pipeline beside it takes it; its members are not to be relied on.
 */
export interface ConfigParams {
  /** @internal */
  readonly sources: readonly SourceSpec[];
  /** @internal */
  readonly stages: readonly StageSpec[];
  /** @internal */
  readonly sink?: SinkSpec | undefined;
  /** @internal */
  readonly errors?: ErrorsSpec | undefined;
  /** @internal Items that are read at most, of all sources together. */
  readonly limit?: number | undefined;
  /** @internal Dead letters are read in the place of the sources, each into the stage that rejected it. */
  readonly replay?: ReplaySpec | undefined;
}

/** Dead letters that go into the flow again. */
export interface ReplaySpec {
  /** Absolute path of the file. */
  readonly file: string;
  /** State of the file when it was looked through. */
  readonly seen: string;
  /** Absolute path of the file for letters of what fails again. */
  readonly rejects: string;
  /** Stages and sinks that get letters, by name. */
  readonly entries: readonly string[];
  /** Absent: all letters of these. */
  readonly numbers?: readonly NumberRange[] | undefined;
}

/** Numbers of dead letters in a file, counted from 0; both ends are in it. */
export interface NumberRange {
  /** The first one. */
  readonly from: number;
  /** The last one; the same as `from` for a single letter. */
  readonly to: number;
}

/** A connector with its options, or an export of the user's: a source or sink, or a function that makes one of `with`. */
export type EndSpec =
  | {
      readonly connector: string;
      readonly options: Options;
      /** Its options lack the value of a var; tests do not open it. */
      readonly standIn?: true;
    }
  | { readonly use: ExportRef; readonly with?: unknown };

/** `name` where the file gives one, as it must where there are several. */
export type SourceSpec = EndSpec & { readonly name?: string };

export type SinkSpec = EndSpec & {
  readonly settings: Options;
  /** In a replay: the name that it has in the whole flow. Absent: that of its connector. */
  readonly name?: string | undefined;
};

export interface ErrorsSpec {
  readonly deadLetters?: EndSpec;
  readonly maxErrors?: number | `${number}%`;
}

/** Options by their names; a function among them is an `ExportRef`, or a `FieldRef`. */
export type Options = Readonly<Record<string, unknown>>;

export type StageSpec = TaskSpec | ChainSpec | InlineSpec | BatchSpec | RouteSpec | TeeSpec;

export interface TaskSpec {
  readonly kind: 'task';
  readonly tag: 'io' | 'cpu';
  readonly name: string;
  readonly use: ExportRef;
  /** Where it is given, the export makes the task of it. */
  readonly with?: unknown;
  readonly options: Options;
}

/** A tagged stage whose body is a chain of operators. */
export interface ChainSpec {
  readonly kind: 'chain';
  readonly tag: 'io' | 'cpu';
  readonly name: string;
  readonly operators: readonly OperatorSpec[];
  readonly lineage?: 'sync' | undefined;
  readonly options: Options;
}

export interface InlineSpec {
  readonly kind: 'inline';
  readonly operators: readonly OperatorSpec[];
}

export interface OperatorSpec {
  /** Of RxJS: `filter`. */
  readonly name: string;
  readonly args: readonly Argument[];
}

export type Argument = ExportRef | { readonly value: unknown };

export interface BatchSpec {
  readonly kind: 'batch';
  readonly options: Options;
}

export interface RouteSpec {
  readonly kind: 'route';
  readonly cases: readonly CaseSpec[];
}

export interface CaseSpec {
  readonly name: string;
  /** Absent: it takes the rest, and is the last one. */
  readonly when?: PatternSpec | undefined;
  readonly stages: readonly StageSpec[];
  /** Absent: its items go on behind the route. */
  readonly sink?: SinkSpec | undefined;
}

export type PatternSpec =
  | { readonly is: string | number | boolean | null }
  | { readonly anyOf: readonly PatternSpec[] }
  | { readonly fields: Readonly<Record<string, PatternSpec>> }
  | ExportRef;

export interface TeeSpec {
  readonly kind: 'tee';
  readonly name: string;
  readonly stages: readonly StageSpec[];
  readonly sink: SinkSpec;
}

export type { ExportRef, FieldRef };
