import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileError } from '@millrace/connectors';
import type { Pipeline } from '@millrace/core';
import { nearest } from '@millrace/core/options';
import { ImportError, importModule, type ModuleExports } from '@millrace/workers';
import { UsageError } from '../exit-codes.js';
import { settled } from '../shell/unsettled.js';
import { paramsOf } from './params.js';
import type { Target, TargetOptions } from './target.js';

/** Whether a target names a module: `orders.ts#daily`, or a file of JavaScript or TypeScript. */
export function isModule(target: string): boolean {
  return target.includes('#') || /\.[cm]?[jt]sx?$/.test(target);
}

/**
 * A pipeline that a module exports: `orders.ts#daily`; without a name the only one there is. Its params are made of what `--set` says.
 *
 * @throws FileError, ImportError, UsageError
 */
export async function moduleTarget(name: string, options: TargetOptions): Promise<Target> {
  refuseFileOptions(name, options);
  const hash = name.lastIndexOf('#');
  const [file, wanted] = hash === -1 ? [name, undefined] : [name.slice(0, hash), name.slice(hash + 1)];
  const pipeline = chosen(file, wanted, await imported(file));
  const params = paramsOf(options.set);
  return {
    name,
    start: (run) => pipeline.start(params, run),
    plan: () => pipeline.plan(params),
    check: () => pipeline.check(params),
  };
}

function refuseFileOptions(name: string, { limit, maxErrors }: TargetOptions): void {
  const given = limit !== undefined ? '--limit' : maxErrors !== undefined ? '--max-errors' : undefined;
  if (given === undefined) return;
  throw new UsageError(
    `${given} is for pipeline files, and ${name} is a module: let its pipeline take that as a param, and give it by --set`,
  );
}

async function imported(file: string): Promise<ModuleExports> {
  const path = resolve(file);
  try {
    await access(path);
  } catch (cause) {
    throw new FileError(`cannot read the module "${file}" (resolved to ${path}): there is no such file`, file, { cause });
  }
  return settled(importModule(pathToFileURL(path).href), () => neverLoaded(file));
}

/** Of pipeline files the loader sees to that itself. */
function neverLoaded(file: string): ImportError {
  return new ImportError(
    `the module "${file}" can never be loaded: it, or one that it imports, awaits at its top level what never comes`,
  );
}

function chosen(file: string, wanted: string | undefined, module: ModuleExports): Pipeline<unknown> {
  const pipelines = Object.keys(module).filter((name) => isPipeline(module[name]));
  if (wanted === undefined || wanted === '') {
    const [only] = pipelines;
    if (only === undefined || pipelines.length > 1) {
      throw new UsageError(`say which pipeline of ${file} is meant, as in ${file}#${only ?? 'orders'}; ${listOf(pipelines)}`);
    }
    wanted = only;
  }
  const found = Object.hasOwn(module, wanted) ? module[wanted] : undefined;
  if (isPipeline(found)) return found;
  const near = nearest(wanted, pipelines);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  if (found !== undefined) throw new UsageError(`the export "${wanted}" of ${file} is no pipeline${hint}; ${listOf(pipelines)}`);
  const others = Object.keys(module).filter((name) => !pipelines.includes(name));
  const also = others.length === 0 ? '' : `; it also exports ${others.join(', ')}`;
  throw new UsageError(`${file} has no export "${wanted}"${hint}; ${listOf(pipelines)}${also}`);
}

function listOf(pipelines: readonly string[]): string {
  return pipelines.length === 0 ? 'it exports no pipeline' : `its pipelines are ${pipelines.join(', ')}`;
}

function isPipeline(value: unknown): value is Pipeline<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return (['start', 'plan', 'check'] as const).every((method) => typeof Reflect.get(value, method) === 'function');
}
