import { OptionError } from './errors.js';
import { didYouMean } from './spelling.js';
import { valueShown } from './value-shown.js';

/** A part of a JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What one option takes: told to people, to editors, and as a predicate. */
export interface OptionRule {
  /** One sentence, for people. */
  readonly doc: string;
  /** What it takes, in words that complete "it must be". */
  readonly allowed: string;
  /** Whether it takes a value; absence is not asked about. */
  readonly accepts: (value: unknown) => boolean;
  /** What it takes as far as a JSON Schema can say it; options that only code can give (functions) have none, and no file has them. */
  readonly schema?: JsonSchema;
  /** It must be given. */
  readonly required?: true;
  /** What absence means, as text: `true`, `","`, `the working directory`. */
  readonly default?: string;
  /** It names a file, or a list of them: a pipeline file resolves relative ones from its own folder, by `resolveFrom`. */
  readonly isPath?: true;
  /** It is not to be printed. */
  readonly isSecret?: true;
  /** Of a map: values under such names are not to be printed. */
  readonly secretMembers?: RegExp;
}

/** What options a source or sink takes, by their names. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

type Kind = Pick<OptionRule, 'allowed' | 'accepts' | 'schema'>;

export const aBoolean: Kind = {
  allowed: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  schema: { type: 'boolean' },
};

export const aText: Kind = {
  allowed: 'a string that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
  schema: { type: 'string', minLength: 1 },
};

/** A whole number from `min` on. `unit` in the plural: `bytes`, `ms`. */
export function wholeNumber(unit: string, min: number, max = Number.MAX_SAFE_INTEGER): Kind {
  return {
    allowed: `a whole number of ${unit}, ${max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
    schema: { type: 'integer', minimum: min, ...(max === Number.MAX_SAFE_INTEGER ? {} : { maximum: max }) },
  };
}

export const bytesAtLeastOne: Kind = wholeNumber('bytes', 1);

/** One of these words. */
export function oneOf(...words: readonly string[]): Kind {
  const quoted = words.map((word) => JSON.stringify(word));
  return {
    allowed: quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
    accepts: (value) => words.some((word) => word === value),
    schema: { enum: words },
  };
}

const relativePaths =
  'a relative one is resolved from the working directory when it is opened, in a pipeline file from the folder of that';
const isPathText = (value: unknown) => typeof value === 'string' && value !== '' && !value.includes('\0');

/** The first argument of sinks of text files. */
export const outputPathRule: OptionRule = {
  doc: `Path of the file; ${relativePaths}. "-" is the standard output.`,
  allowed: 'a non-empty string without NUL',
  accepts: isPathText,
  schema: { type: 'string', minLength: 1 },
  required: true,
  isPath: true,
};

/** The first argument of connectors of files that cannot be streams. Who writes "-" does not mean a file of that name, which "./-" is. */
export const pathRule: OptionRule = {
  ...outputPathRule,
  doc: `Path of the file, which is no standard stream; ${relativePaths}.`,
  allowed: 'a non-empty string without NUL, and no standard stream',
  accepts: (value) => isPathText(value) && value !== '-',
  schema: { type: 'string', minLength: 1, not: { const: '-' } },
};

/** The first argument of sources of files. */
export const pathsRule: OptionRule = {
  doc: `Path of the file, a glob ("in/*.csv.gz"), or a list of these; ${relativePaths}. "-" is the standard input.`,
  allowed: 'a non-empty string without NUL, or a list of at least one',
  accepts: (value) => isPathText(value) || (Array.isArray(value) && value.length > 0 && value.every(isPathText)),
  schema: { anyOf: [aText.schema, { type: 'array', items: aText.schema, minItems: 1 }] },
  required: true,
  isPath: true,
};

/** Of sources of files. */
export const allowEmptyRule: OptionRule = {
  ...aBoolean,
  doc: 'A glob without a match stands for no file instead of being an error.',
  default: 'false',
};

/** Of sinks that write a file. */
export const gzipRule: OptionRule = { ...aBoolean, doc: 'Pack the file.', default: 'whether the path ends in .gz' };

/**
 * Refuses a path that is no path, unknown options, and values that an option does not take. `undefined` counts as absent.
 *
 * @throws OptionError
 */
export function checkDeclaration(
  connector: string,
  path: unknown,
  options: unknown,
  rules: OptionRules,
  rule: OptionRule = pathRule,
): void {
  if (!rule.accepts(path)) {
    const wayOut = path instanceof URL ? '; fileURLToPath of node:url gives its path' : '';
    throw new OptionError(connector, 'path', `the path must be ${rule.allowed}, not ${valueShown(path)}${wayOut}`);
  }
  checkOptions(connector, options, rules);
}

/**
 * Refuses unknown options, values that an option does not take, and the absence of one that is required. `undefined` counts as absent.
 *
 * @throws OptionError
 */
export function checkOptions(connector: string, options: unknown, rules: OptionRules): void {
  const given = options ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new OptionError(connector, 'options', `the options must be an object, not ${valueShown(options)}`);
  }
  for (const [option, value] of Object.entries(given)) {
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
      const shown = rule.isSecret || rule.secretMembers ? 'what was given' : valueShown(value);
      throw new OptionError(connector, option, `the option "${option}" must be ${rule.allowed}, not ${shown}`);
    }
  }
  for (const [option, rule] of Object.entries(rules)) {
    if (rule.required && Reflect.get(given, option) === undefined) {
      throw new OptionError(connector, option, `the option "${option}" is missing: it must be ${rule.allowed}`);
    }
  }
}
