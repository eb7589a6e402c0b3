import { type OptionTable, type Params, paramsOf } from './example.js';
import { examples } from './examples.js';

/** Runs an example as `--short` does, with the params that are given. @returns what it printed */
export async function shortRun(name: string, given: Params<OptionTable> = {}): Promise<string[]> {
  const found = await examples.find((entry) => entry.name === name)?.load();
  if (found?.kind !== 'example') throw new Error(`examples.ts has no example "${name}" that is no program of its own`);
  const lines: string[] = [];
  await found.run({ ...paramsOf(found, 'short'), ...given }, (line) => lines.push(line));
  return lines;
}
