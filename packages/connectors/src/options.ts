import { inspect } from 'node:util';
import { OptionError } from './errors.js';
import { didYouMean } from './spelling.js';

/** What one option takes: the rule in words, for the error, and as a predicate. */
export interface OptionRule {
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
}

export const aBoolean: OptionRule = { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const bytesAtLeastOne: OptionRule = {
  allowed: 'a whole number of bytes, at least 1',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};

/**
 * Refuses a path that is no path, unknown options, and values that an option does not take. `undefined` counts as absent.
 *
 * @throws OptionError
 */
export function checkDeclaration(
  connector: string,
  path: unknown,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new OptionError(connector, 'path', `the path must be a non-empty string without NUL, not ${show(path)}`);
  }
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError(connector, 'options', `the options must be an object, not ${show(options)}`);
  }
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const names = Object.keys(rules);
      throw new OptionError(
        connector,
        option,
        `there is no option "${option}"${didYouMean(option, names)}; the options are ${names.join(', ')}`,
      );
    }
    if (value !== undefined && !rule.accepts(value)) {
      throw new OptionError(connector, option, `the option "${option}" must be ${rule.allowed}, not ${show(value)}`);
    }
  }
}

function show(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60, maxArrayLength: 8 });
}
