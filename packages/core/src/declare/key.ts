import { silencePromise } from './promised-items.js';
import { valueText } from './value-text.js';

/** What items are told apart by. `1`, `1n`, `'1'` and `true` are four keys; `0` and `-0` are one, and `NaN` is one. */
export type Key = string | number | bigint | boolean;

/** @throws TypeError for what is no key */
export function checkedKey(key: unknown, option = 'key'): Key {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return key;
  silencePromise(key);
  throw new TypeError(`"${option}" must give a string, number, bigint or boolean for each item, got ${valueText(key)}`);
}
