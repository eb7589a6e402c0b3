import { type Flow, pipeline } from '@millrace/core';
import { importModule, type ModuleExports } from '@millrace/workers';
import type { ConfigParams } from '../params.js';
import { buildFlow } from './build-flow.js';

// The module under one query: it names a pipeline and the modules of its user, so that a worker which imports it again finds both.
const query = new URL(import.meta.url).searchParams;
const name = query.get('name') ?? '';
const urls: readonly string[] = JSON.parse(query.get('modules') ?? '[]');

const modules = new Map<string, ModuleExports>();
for (const url of urls) modules.set(url, await importModule(url));
// Loading RxJS takes longer than the rest of a lane's start.
const rxjs = query.has('rxjs') ? await import('rxjs/operators') : undefined;

/** The pipeline of a file. */
export const configured = pipeline(
  import.meta,
  name,
  (params: ConfigParams) =>
    // Whether it has a sink is known when it is built; `iterate` refuses one that has.
    buildFlow(params, { modules, rxjs }) as Flow<unknown>,
);
