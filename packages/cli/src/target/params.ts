import { withAllDigits } from '@millrace/connectors/internal/big-integers';
import { UsageError } from '../exit-codes.js';

/**
 * Params of a pipeline by what `--set` says: `{ 'file': 'in.csv', 'limits.max': '3' }` gives `{ file: 'in.csv', limits: { max: 3 } }`.
 * Undefined when nothing is set: the pipeline takes its own defaults.
 *
 * @throws UsageError when a path leads through a value
 */
export function paramsOf(set: Readonly<Record<string, string>>): unknown {
  const paths = Object.entries(set);
  if (paths.length === 0) return undefined;
  const params: Record<string, unknown> = {};
  for (const [path, text] of paths) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let at = params;
    for (const key of keys) {
      const inner = Object.hasOwn(at, key) ? at[key] : define(at, key, {});
      if (!isObject(inner)) throw new UsageError(`--set ${path}=…: "${key}" has been set to a value, which has no members`);
      at = inner;
    }
    define(at, last, scalarOf(text));
  }
  return params;
}

/** `3`, `true`, `null`, `"3"`, `[1]` and `{}` are what JSON says they are, but for integers of which a number would lose digits; any other text is itself. */
function scalarOf(text: string): unknown {
  try {
    return withAllDigits(text, JSON.parse(text));
  } catch {
    return text;
  }
}

/** As an own member whatever its name is. */
function define(object: object, key: string, value: unknown): unknown {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
