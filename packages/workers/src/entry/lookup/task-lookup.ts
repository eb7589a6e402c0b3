import { loadInLane } from '../lane-mode.js';
import { ImportError, importModule, isRefusal, type ModuleExports } from './import-module.js';
import { registeredNames, registeredTask, TaskError, type TaskFunction, type TaskName } from './task-registry.js';

/** Finds a task where it was declared. @throws TaskError or ImportError */
export async function findHere({ module, name, from }: TaskName): Promise<TaskFunction> {
  if (from === 'exported') return exported(module, name, await importHere(module));
  return registeredTask(module, name) ?? undeclared(module, name, 'the main thread');
}

/** Finds a task in a worker, which imports its module. @throws TaskError or ImportError */
export async function findInLane({ module, name, from }: TaskName): Promise<TaskFunction> {
  refuseUnimportable(module, name);
  const exports = await loadOnce(module);
  if (from === 'declared') return registeredTask(module, name) ?? undeclared(module, name, `a worker that imported ${module}`);
  if (exports !== undefined) return exported(module, name, exports);
  throw new TaskError(
    `task "${name}" is named as an export of ${module}, but that module waits for a pool or a run at its top level, so in a worker its ` +
      `exports never come to be: move the function to a module of its own, or declare it there with task(import.meta, '${name}', …)`,
  );
}

/** Code from the command line or from stdin has a URL that nothing can be imported by. */
function refuseUnimportable(module: string, name: string): void {
  if (!/\/\[(eval\d*|stdin)\]$/.test(module)) return;
  throw new TaskError(
    `task "${name}" is declared in code that is no file (${module}), so no worker can import it: save it as a file, or use loopPool`,
  );
}

const loads = new Map<string, Promise<ModuleExports | undefined>>();

function loadOnce(module: string): Promise<ModuleExports | undefined> {
  let load = loads.get(module);
  if (load === undefined) {
    load = loadInLane(() => importModule(module));
    loads.set(module, load);
  }
  return load;
}

/** Whatever loads the modules of this thread loads this one too. */
async function importHere(module: string): Promise<ModuleExports> {
  try {
    return await import(module);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it threw something that is no error';
    const hint = isRefusal(cause, module)
      ? '. The main thread runs TypeScript only as the program does, and puts no tsx in place for it: start the program by tsx ' +
        '(node --import tsx), or compile the module'
      : '';
    throw new ImportError(`could not import ${module}: ${why}${hint}`, { cause });
  }
}

function exported(module: string, name: string, exports: ModuleExports): TaskFunction {
  const found = Object.hasOwn(exports, name) ? exports[name] : undefined;
  if (typeof found === 'function') return found as TaskFunction;
  const names = Object.entries(exports).map(([key, value]) =>
    typeof value === 'function' ? `"${key}"` : `"${key}" (no function)`,
  );
  throw new TaskError(`${module} has no function "${name}" among its exports; it has ${names.join(', ') || 'none'}`);
}

function undeclared(module: string, name: string, where: string): never {
  const names = registeredNames(module).map((found) => `"${found}"`);
  throw new TaskError(
    `${where} did not find task "${name}" of ${module}; it found ${names.join(', ') || 'none'}. ` +
      'Declare the task at the top level of its module, outside of functions and conditions, and before any top-level await that uses a pool',
  );
}
