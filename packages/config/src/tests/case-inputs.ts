import { importModule } from '@millrace/workers';
import { type Code, exported } from '../flow/code.js';
import type { ConfigTest } from '../loaded.js';
import type { ExportRef } from '../shapes/code.js';

type Mock = NonNullable<ConfigTest['mocks']>[string];
type Items = NonNullable<ConfigTest['in']>;

/** The tasks that stand in for those of stages. */
export async function mocksOf({ mocks = {} }: ConfigTest): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(Object.entries(mocks).map(async ([stage, mock]) => [stage, await taskOf(mock)] as const));
  return Object.fromEntries(entries);
}

async function taskOf(mock: Mock): Promise<unknown> {
  if (!isRef(mock)) return () => structuredClone(mock.returns);
  const code: Code = { modules: new Map([[mock.module, await importModule(mock.module)]]), rxjs: undefined };
  return exported(code, mock);
}

function isRef(mock: Mock): mock is ExportRef {
  return 'module' in mock;
}

/**
 * Items of a case; a copy, as tasks may change what they get.
 *
 * @param sources names of all: one that the case does not name has no items, as it would be read itself
 */
export function itemsOf({ in: items = [] }: ConfigTest, sources: readonly string[] = []): Items {
  const none = Array.isArray(items) ? [] : sources.map((name) => [name, []] as const);
  return structuredClone(none.length === 0 ? items : { ...Object.fromEntries(none), ...items }) as Items;
}
