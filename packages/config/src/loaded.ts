import type { OpenPipeline, RunOptions } from '@millrace/core';
import type { ConfigParams } from './params.js';
import type { TestSpec } from './shapes/pipeline.js';

/** How a pipeline file is read. */
export interface LoadOptions {
  /**
   * Values that stand over those of the file, by path, a stage by its name: `{ 'stages.parse.workers': '2', 'vars.day': '2026-11-20' }`.
   * They are read as YAML. Default: none.
   */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Items that are read at most, of all sources together. Default: no limit. */
  readonly limit?: number | undefined;
}

/** A value of the resolved file. */
export interface ResolvedValue {
  /** `stages.parse.workers` */
  readonly path: string;
  /** Secrets are `***`. */
  readonly value: unknown;
  /** `orders.yaml:12:14`, `default`, `env PG_URL`, `--set` */
  readonly origin: string;
}

/** A case of the file. */
export interface ConfigTest extends TestSpec {
  /** 1-based, of its name. */
  readonly place: { readonly line: number; readonly column: number };
}

/** A pipeline file in which nothing is wrong, ready to run: `loaded.pipeline.run(loaded.params, loaded.runOptions)`. */
export interface LoadedConfig {
  /** As it was given. */
  readonly file: string;
  readonly name: string;
  /** The same as code makes: what it runs is in the params. */
  readonly pipeline: OpenPipeline<ConfigParams, unknown>;
  readonly params: ConfigParams;
  /** From `run:` of the file. */
  readonly runOptions: RunOptions;
  /** The resolved file with where its values come from, defaults included. */
  readonly values: readonly ResolvedValue[];
  /** Texts that must not be printed. */
  readonly secrets: readonly string[];
  readonly tests: readonly ConfigTest[];
  /** Names of sources, stages and sinks, as the plan has them. */
  readonly stageNames: readonly string[];
}
