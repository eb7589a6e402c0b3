import type { OpenPipeline, RunOptions } from '@millrace/core';
import type { ConfigParams } from './params.js';
import type { ExportRef } from './shapes/code.js';

/** How a pipeline file is read. */
export interface LoadOptions {
  /**
   * Values that stand over those of the file, by path, a stage by its name: `{ 'stages.parse.workers': '2', 'vars.day': '2026-11-20' }`.
   * `2`, `true`, `null`, `"2"`, `[a, b]` and `{ a: 1 }` are what YAML says they are; any other text is itself, to the last character, and so
   * is all that is set of vars. Default: none.
   */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** What vars with `env` are read from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Items that are read at most, of all sources together. Default: no limit. */
  readonly limit?: number | undefined;
  /**
   * The file is loaded for `testConfig` alone, which opens neither sources nor sinks: vars that stand in options of connectors alone need no
   * value. Such a source or sink cannot be opened. Default: false.
   */
  readonly forTests?: boolean | undefined;
}

/** A value of the resolved file. */
export interface ResolvedValue {
  /** Keys with dots between them, a stage by its name: `stages.parse.workers`. */
  readonly path: string;
  /** As the file says it, vars put in; secrets are `***`. */
  readonly value: unknown;
  /** Where it comes from: `orders.yaml:12:14`, `default`, `env PG_URL`, `--set`. */
  readonly origin: string;
}

/** Where something stands in a pipeline file. */
export interface ConfigPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** What stands in for the task of a stage: a function of a module, or the one value that it gives for every item. */
export type ConfigMock =
  | ExportRef
  | {
      /** A copy of it for each item. */
      readonly returns?: unknown;
    };

/** A case of the file, as its `tests` declare it. */
export interface ConfigTest {
  /** What must hold. */
  readonly name: string;
  /** Vars that are other in this case. */
  readonly vars?: Readonly<Record<string, string | number | boolean>>;
  /** Items in the place of the source; of several sources by their names. */
  readonly in: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>;
  /** Tasks in the place of those of stages, by their names. Default: none. */
  readonly mocks?: Readonly<Record<string, ConfigMock>>;
  /** What comes out, in this order. Default: anything. */
  readonly out?: readonly unknown[];
  /** What each dead letter holds, as far as it is given. Default: there are none. */
  readonly deadLetters?: readonly Readonly<Record<string, unknown>>[];
  /** What the run fails with, as far as it is given. Default: the run completes. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Of its name. */
  readonly place: ConfigPlace;
}

/** A pipeline file in which nothing is wrong, ready to run: `loaded.pipeline.run(loaded.params, loaded.runOptions)`. */
export interface LoadedConfig {
  /** As it was given. */
  readonly file: string;
  /** Name of the pipeline, from `name:` of the file. */
  readonly name: string;
  /** The same as code makes: what it runs is in the params. */
  readonly pipeline: OpenPipeline<ConfigParams, unknown>;
  /** What the file says, for this pipeline. Secrets stand in it as they are. */
  readonly params: ConfigParams;
  /** From `run:` of the file. */
  readonly runOptions: RunOptions;
  /** The resolved file with where its values come from, defaults included. */
  readonly values: readonly ResolvedValue[];
  /** Texts that must not be printed. */
  readonly secrets: readonly string[];
  /** From `tests:` of the file; empty when it has none. */
  readonly tests: readonly ConfigTest[];
  /** Names of sources, stages and sinks, as the plan has them. */
  readonly stageNames: readonly string[];
}
