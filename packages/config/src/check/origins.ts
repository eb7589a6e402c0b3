import type { Node } from '../document/node.js';
import type { Var } from '../document/vars.js';
import type { LoadedConfig, LoadOptions } from '../loaded.js';

/** What a loaded file was made of. */
export interface Origin {
  readonly options: LoadOptions;
  /** The file with the values that were set from outside, and without those of vars. */
  readonly source: Node;
  /** By their names, with the values that they had. */
  readonly vars: ReadonlyMap<string, Var>;
  /** The text of the file, for looking up what stands in it: only the defaults of secret vars are masked. */
  readonly written: string;
  /** The text of the file as it may be shown. */
  readonly text: string;
}

// Kept beside the object, and not in it: the environment is not to be printed with what is loaded.
const origins = new WeakMap<LoadedConfig, Origin>();

/** Keeps how a file was loaded, for those who load it again or write it down otherwise. */
export function keepOrigin(loaded: LoadedConfig, origin: Origin): LoadedConfig {
  origins.set(loaded, origin);
  return loaded;
}

export function originOf(loaded: LoadedConfig): Origin | undefined {
  return origins.get(loaded);
}
