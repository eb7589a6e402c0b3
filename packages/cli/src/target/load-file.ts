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
  const load = (file: string) =>
    loadDiscreetly(
      options,
      streams,
      (discreet) => loadConfig(file, discreet),
      ({ secrets }) => secrets,
    );
  return name === '-' ? withStdin(streams, load) : load(name);
}
