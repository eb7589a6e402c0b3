import { checkConfig } from './check/check-config.js';
import { ConfigError } from './errors.js';
import type { LoadedConfig, LoadOptions } from './loaded.js';

/**
 * Reads a pipeline file, checks it as `checkConfig` does, and makes a pipeline of it. Nothing is opened or run; modules of the user are imported.
 *
 * @param file its path; what the file names by relative paths is found from its folder
 * @throws ConfigError with all that is wrong in it; FileError when it cannot be read
 *
 * @example
 * ```ts
 * import { ConfigError, loadConfig } from '@millrace/config';
 *
 * try {
 *   const { pipeline, params, runOptions } = await loadConfig('words.yaml', { set: { 'stages.longest.workers': '2' } });
 *   const report = await pipeline.run(params, runOptions);
 *   console.log(`${report.delivered} written`);
 * } catch (error) {
 *   if (!(error instanceof ConfigError)) throw error;
 *   console.error(error.message); // each problem with its place, its line and a caret
 * }
 * ```
 */
export async function loadConfig(file: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { loaded, problems, text } = await checkConfig(file, options);
  if (loaded !== undefined) return loaded;
  throw new ConfigError(
    problems.filter(({ severity }) => severity === 'error'),
    text,
  );
}
