import { PlanError } from '../../errors.js';
import type { FlowDeclaration } from '../declaration.js';
import { declarationOf, type Flow, isFlow, type SinkFlow } from '../flow/flow.js';
import { checkedName } from '../name.js';
import { valueText } from '../value-text.js';

/** A class of errors that keeps its identity when one of them comes from a worker. Workers know it by its `name`. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Options of `pipeline(import.meta, name, factory, options)`. */
export interface PipelineOptions {
  /**
   * Error classes of the module that callers want to tell apart by `instanceof`. Built-in ones need not be named. Default: none.
   */
  readonly errors?: readonly ErrorClass[] | undefined;
}

/** What `pipeline(...)` says: where workers find the factory, and the factory. Params are erased: what it is called with is what `run` is. */
export interface PipelineDeclaration {
  /** URL of the module that declares it, as that module sees it (`import.meta.url`). */
  readonly module: string;
  readonly name: string;
  readonly factory: (params: unknown) => Flow<unknown> | SinkFlow;
  readonly errors: readonly ErrorClass[];
}

/** @throws PlanError for each argument that is not what it should be. */
export function pipelineDeclaration<P>(
  meta: { readonly url: string },
  name: string,
  factory: (params: P) => Flow<unknown> | SinkFlow,
  options?: PipelineOptions,
): PipelineDeclaration;
export function pipelineDeclaration(meta: unknown, givenName: unknown, factory: unknown, options?: unknown): PipelineDeclaration {
  const module = moduleUrl(meta);
  const name = checkedName('pipeline', givenName);
  if (!isFactory(factory)) {
    throw new PlanError(
      `pipeline "${name}": the third argument must be a function that returns a flow, got ${valueText(factory)}`,
    );
  }
  return { module, name, factory, errors: errorClasses(name, options) };
}

/**
 * Calls the factory: in the main thread for a plan, and in every worker.
 * @throws PlanError when it does not return a flow, or one whose source is used up by reading it once. What the factory throws passes through.
 */
export function declareFlow({ name, factory }: PipelineDeclaration, params: unknown): FlowDeclaration {
  const flow: unknown = factory(params);
  if (isPromise(flow)) {
    // The error below says all; a rejection of a promise that nobody takes would end the process beside it.
    flow.then(undefined, () => undefined);
    throw new PlanError(
      `pipeline "${name}": its factory returned a promise; factories are synchronous and declare only: ` +
        'what must be awaited goes into the source, flow(async () => ...)',
    );
  }
  if (!isFlow(flow)) throw new PlanError(`pipeline "${name}": its factory must return flow(...), got ${valueText(flow)}`);
  const declaration = declarationOf(flow);
  for (const source of declaration.sources) {
    if (source.kind !== 'iterable' || !source.oneShot) continue;
    throw new PlanError(
      `pipeline "${name}": its source is ${valueText(source.iterable)}, which can be read once only, and every worker calls the factory: ` +
        'make it in a function, as in flow(() => createReadStream(file))',
    );
  }
  return declaration;
}

function moduleUrl(meta: unknown): string {
  if (typeof meta === 'object' && meta !== null && 'url' in meta && typeof meta.url === 'string' && URL.canParse(meta.url))
    return meta.url;
  throw new PlanError(
    `pipeline(import.meta, name, factory): the first argument must be import.meta, by whose url workers find the module, got ${valueText(meta)}`,
  );
}

function errorClasses(name: string, options: unknown): readonly ErrorClass[] {
  if (options === undefined) return [];
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new PlanError(`pipeline "${name}": options must be an object, got ${valueText(options)}`);
  }
  const [unknown] = Object.entries(options).find(([key, value]) => key !== 'errors' && value !== undefined) ?? [];
  if (unknown === 'checkpoint') {
    throw new PlanError(`pipeline "${name}": option "checkpoint" is not available in this version`);
  }
  if (unknown !== undefined) throw new PlanError(`pipeline "${name}": unknown option "${unknown}"; allowed here: errors`);
  const errors: unknown = 'errors' in options ? options.errors : undefined;
  if (errors === undefined) return [];
  if (!Array.isArray(errors))
    throw new PlanError(`pipeline "${name}": option "errors" must be an array of error classes, got ${valueText(errors)}`);
  return errors.map((candidate: unknown, index) => {
    if (isErrorClass(candidate)) return candidate;
    throw new PlanError(
      `pipeline "${name}": option "errors[${index}]" must be a class that extends Error, got ${valueText(candidate)}`,
    );
  });
}

function isFactory(value: unknown): value is PipelineDeclaration['factory'] {
  return typeof value === 'function';
}

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
