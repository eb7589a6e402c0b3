import type { LoadedConfig, LoadOptions } from '../loaded.js';

// Kept beside the object, and not in it: the environment is not to be printed with what is loaded.
const options = new WeakMap<LoadedConfig, LoadOptions>();

/** Keeps how a file was loaded, for those who load it again with other vars. */
export function keepLoadOptions(loaded: LoadedConfig, given: LoadOptions): LoadedConfig {
  options.set(loaded, given);
  return loaded;
}

export function loadOptionsOf(loaded: LoadedConfig): LoadOptions {
  return options.get(loaded) ?? {};
}
