import { mustHold } from './contract-check.js';

/** Counts what a connector holds open at the moment: files, connections, timers. It is asked before and after each check. */
export type OpenHandles = () => number | Promise<number>;

/**
 * Sees that no more is open than before. What a system closes in its own time has a second for it.
 *
 * @throws ContractError
 */
export async function nothingLeft(openHandles: OpenHandles | undefined, before: number, after: string): Promise<void> {
  if (openHandles === undefined) return;
  let open = await openHandles();
  for (let turn = 0; open > before && turn < 100; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    open = await openHandles();
  }
  mustHold(open <= before, `${after}: ${open - before} more handles are open than before the source or sink was opened`);
}
