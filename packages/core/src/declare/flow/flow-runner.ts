import type { FlowDeclaration } from '../declaration.js';
import type { RunOptions } from '../options/limits.js';

/**
 * The door through which a flow that is read directly (`for await`, `toArray`, `toObservable`) gets run. Declarations lie below runs,
 * so the run layer provides it when it is loaded.
 */
export interface FlowRunner {
  /** Runs the flow when the first item is asked for; `return()` of the iterator is an early stop. */
  readonly iterate: (flow: FlowDeclaration, options: RunOptions) => AsyncIterableIterator<unknown>;
}

let provided: FlowRunner | undefined;

export function provideFlowRunner(runner: FlowRunner): void {
  provided = runner;
}

export function flowRunner(): FlowRunner {
  if (provided === undefined) throw new Error('no run layer is loaded: import @millrace/core, not a file inside of it');
  return provided;
}
