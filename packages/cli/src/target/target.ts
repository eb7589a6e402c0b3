import type { LoadedConfig } from '@millrace/config';
import type { EndCheck, Plan, Run, RunOptions } from '@millrace/core';

/** What a command is to work on: the pipeline of a file, or one that a module exports. */
export interface Target {
  /** As it was given. */
  readonly name: string;
  readonly start: (options: RunOptions) => Run;
  readonly plan: () => Plan;
  readonly check: () => Promise<readonly EndCheck[]>;
  /** Of a pipeline file. */
  readonly loaded?: LoadedConfig;
}

/** What the command line says about a target. */
export interface TargetOptions {
  /** `--set`: by path, as it was written. */
  readonly set: Readonly<Record<string, string>>;
  /** Items to read at most. */
  readonly limit?: number | undefined;
  readonly maxErrors?: string | undefined;
}
