import { checkConfig } from './check/check-config.js';
import { ConfigError } from './errors.js';
import type { LoadedConfig, LoadOptions } from './loaded.js';

/**
 * Reads a pipeline file.
 * @throws ConfigError with all that is wrong in it; FileError when it cannot be read
 */
export async function loadConfig(file: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { loaded, problems, text } = await checkConfig(file, options);
  if (loaded !== undefined) return loaded;
  throw new ConfigError(
    problems.filter(({ severity }) => severity === 'error'),
    text,
  );
}
