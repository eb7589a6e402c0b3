import { PlanError } from '../../errors.js';
import type { PipelineDeclaration } from './pipeline-declaration.js';

type ByName = Map<string, PipelineDeclaration>;
type ByModule = Map<string, ByName>;

// One registry for all copies of the package in a thread: a bundle that brings its own copy still meets the lane's.
const registryKey = Symbol.for('millrace.pipelines');

/**
 * Makes a pipeline known to its thread, under module URL and name. A module that is imported again under another query is another module.
 * @throws PlanError for a second one of that name in one module.
 */
export function registerPipeline(declaration: PipelineDeclaration): void {
  const { module, name } = declaration;
  const modules = registry();
  const names: ByName = modules.get(module) ?? new Map();
  if (names.has(name)) {
    throw new PlanError(
      `pipeline "${name}" is declared twice in ${module}: a worker finds it by module and name, so rename one of them. ` +
        'If the two stand in modules of their own, a bundler has put both into that file: names must differ within a bundle',
    );
  }
  modules.set(module, names.set(name, declaration));
}

export function findPipeline(module: string, name: string): PipelineDeclaration | undefined {
  return registry().get(module)?.get(name);
}

/** Names of the pipelines that a module has declared so far, in that order. */
export function pipelineNames(module: string): readonly string[] {
  return [...(registry().get(module)?.keys() ?? [])];
}

function registry(): ByModule {
  const known: ByModule | undefined = Reflect.get(globalThis, registryKey);
  if (known !== undefined) return known;
  const made: ByModule = new Map();
  Object.defineProperty(globalThis, registryKey, { value: made });
  return made;
}
