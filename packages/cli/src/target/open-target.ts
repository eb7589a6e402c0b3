import type { Streams } from '../shell/streams.js';
import { loadFile } from './load-file.js';
import { isModule, moduleTarget } from './module-target.js';
import type { Target, TargetOptions } from './target.js';

/**
 * Opens what a command is to work on; from then on its secrets are not told.
 *
 * @throws ConfigError, FileError, ImportError, UsageError
 */
export async function openTarget(name: string, options: TargetOptions, streams: Streams): Promise<Target> {
  if (isModule(name)) return moduleTarget(name, options);
  const { set, limit, maxErrors } = options;
  const loaded = await loadFile(
    name,
    {
      set: { ...set, ...(maxErrors !== undefined && { 'errors.maxErrors': maxErrors }) },
      ...(limit !== undefined && { limit }),
    },
    streams,
  );
  const { pipeline, params } = loaded;
  return {
    name,
    loaded,
    start: (run) => pipeline.start(params, { ...loaded.runOptions, ...run }),
    plan: () => pipeline.plan(params),
    check: () => pipeline.check(params),
  };
}
