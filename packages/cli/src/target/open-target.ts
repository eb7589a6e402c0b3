import { type LoadedConfig, loadConfig } from '@millrace/config';
import type { Streams } from '../shell/streams.js';
import { isModule, moduleTarget } from './module-target.js';
import { withStdin } from './stdin-file.js';
import type { Target, TargetOptions } from './target.js';

/**
 * Opens what a command is to work on; from then on its secrets are not told.
 *
 * @throws ConfigError, FileError, ImportError, UsageError
 */
export async function openTarget(name: string, options: TargetOptions, streams: Streams): Promise<Target> {
  if (isModule(name)) return moduleTarget(name, options);
  const loaded = name === '-' ? await withStdin(streams, (file) => load(file, options)) : await load(name, options);
  streams.conceal(loaded.secrets);
  const { pipeline, params } = loaded;
  return {
    name,
    loaded,
    start: (run) => pipeline.start(params, { ...loaded.runOptions, ...run }),
    plan: () => pipeline.plan(params),
    check: () => pipeline.check(params),
  };
}

function load(file: string, { set, limit, maxErrors }: TargetOptions): Promise<LoadedConfig> {
  return loadConfig(file, {
    set: { ...set, ...(maxErrors !== undefined && { 'errors.maxErrors': maxErrors }) },
    ...(limit !== undefined && { limit }),
  });
}
