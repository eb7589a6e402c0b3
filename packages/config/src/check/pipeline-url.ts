import type { OpenPipeline } from '@millrace/core';
import type { Code } from '../flow/code.js';
import type { ConfigParams } from '../params.js';
import { rxjsOperators } from '../rxjs.js';
import { where } from '../where.js';
import { modulesOf, usesOperators } from './read-params.js';

interface PipelineModule {
  readonly configured: OpenPipeline<ConfigParams, unknown>;
}

/** The pipeline of a name with the modules that its params refer to: the module that declares it, under the query that names them. */
export async function loadPipeline(
  name: string,
  params: ConfigParams,
): Promise<{ readonly pipeline: OpenPipeline<ConfigParams, unknown>; readonly rxjs: Code['rxjs'] }> {
  const url = new URL(where.pipelineModule);
  url.searchParams.set('name', name);
  url.searchParams.set('modules', JSON.stringify(modulesOf(params)));
  const rxjs = usesOperators(params) ? rxjsOperators() : undefined;
  if (rxjs !== undefined) url.searchParams.set('rxjs', '');
  const { configured }: PipelineModule = await import(url.href);
  return { pipeline: configured, rxjs };
}
