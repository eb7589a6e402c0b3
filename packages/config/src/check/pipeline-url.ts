import type { OpenPipeline } from '@millrace/core';
import * as operators from 'rxjs/operators';
import type { Code } from '../flow/code.js';
import type { ConfigParams } from '../params.js';
import { modulesOf, usesOperators } from './read-params.js';

interface PipelineModule {
  readonly configured: OpenPipeline<ConfigParams, unknown>;
}

/** The pipeline of a name with the modules that its params refer to: the module that declares it, under the query that names them. */
export async function loadPipeline(
  name: string,
  params: ConfigParams,
): Promise<{ readonly pipeline: OpenPipeline<ConfigParams, unknown>; readonly rxjs: Code['rxjs'] }> {
  const url = new URL('../flow/pipeline-module.js', import.meta.url);
  url.searchParams.set('name', name);
  url.searchParams.set('modules', JSON.stringify(modulesOf(params)));
  if (usesOperators(params)) url.searchParams.set('rxjs', '');
  const { configured }: PipelineModule = await import(url.href);
  return { pipeline: configured, rxjs: operators };
}
