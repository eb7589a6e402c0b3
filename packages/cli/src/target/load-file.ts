import { type LoadedConfig, type LoadOptions, loadConfig } from '@millrace/config';
import type { Streams } from '../shell/streams.js';
import { loadDiscreetly } from './load-discreetly.js';
import { withStdin } from './stdin-file.js';

/**
 * Loads a pipeline file, or the one that comes by stdin (`-`); from then on its secrets are not told.
 *
 * @throws ConfigError, FileError, ImportError
 */
export function loadFile(name: string, options: LoadOptions, streams: Streams): Promise<LoadedConfig> {
  return withFile(name, options, streams, async (loaded) => loaded);
}

/** The same for what loads the file again, as tests with vars of their own do: one that comes by stdin is there for so long. */
export function withFile<Result>(
  name: string,
  options: LoadOptions,
  streams: Streams,
  use: (loaded: LoadedConfig) => Promise<Result>,
): Promise<Result> {
  const load = (file: string) =>
    loadDiscreetly(
      options,
      streams,
      (discreet) => loadConfig(file, discreet),
      ({ secrets }) => secrets,
    );
  return name === '-' ? withStdin(streams, async (file) => use(await load(file))) : load(name).then(use);
}
