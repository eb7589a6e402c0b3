import type { SetupContext } from '../context.js';
import type { DeadLetter } from '../dead-letter.js';
import type { RateLimiter } from '../rate-limiter.js';
import type { Sink } from '../sink.js';
import type { Tolerance } from '../tolerance.js';

/**
 * The kinds of stage that differ in what they take; the words are those of messages and of the options page. `inline`: neighbouring
 * operators of RxJS without a tag, which have no options of their own.
 */
export type StageKind = 'io task' | 'io operators' | 'cpu task' | 'cpu operators' | 'inline';

/** What is said of every option. */
export interface Described {
  /** One sentence, for people. Equal to the entry's doc comment, which editors show. */
  readonly doc: string;
  /** What is counted: `items`, `tasks`, `ms`. Absent where nothing is. */
  readonly unit?: string;
  /** What absence means, in words, where it is not one value; otherwise `default` says. */
  readonly defaultText?: string;
  /** Present when the option must be set. */
  readonly required?: true;
  /** The kinds of stage that take it; only for options of stages. */
  readonly for?: readonly StageKind[];
}

/** An option that takes a whole number. */
export interface IntegerOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'integer';
  /** Least value that is taken. */
  readonly min: number;
  /** Largest value that is taken. Default: none. */
  readonly max?: number;
  /** Words that are taken in place of a number. */
  readonly or?: readonly string[];
  /** What stands for an absent option; absent where `defaultText` says it. */
  readonly default?: number | string;
}

/** An option that takes a number, also with decimals. */
export interface NumberOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'number';
  /** Least value that is taken. */
  readonly min: number;
  /** Largest value that is taken. Default: none. */
  readonly max?: number;
  /** What stands for an absent option; absent where `defaultText` says it. */
  readonly default?: number;
}

/** An option that is true or false. */
export interface BooleanOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'boolean';
  /** What stands for an absent option. */
  readonly default?: boolean;
}

/** An option that takes one of some words. */
export interface ChoiceOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'choice';
  /** The words that are taken. */
  readonly values: readonly string[];
  /** Words that are known and refused, so that they are not taken for typing errors. */
  readonly later?: readonly string[];
  /** What stands for an absent option; absent where `defaultText` says it. */
  readonly default?: string;
}

/** An option that takes an `AbortSignal`. */
export interface SignalOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'signal';
}

/** An option that takes a function. */
export interface FunctionOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'function';
  /** What it is called with and gives, in words: `(item) => key`. */
  readonly signature: keyof FunctionTypes<never, unknown>;
}

/** An option that takes a sink: where dead letters go. */
export interface SinkOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'sink';
}

/** An option that takes a count of items, or their share: a `Tolerance`. */
export interface ToleranceOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'tolerance';
}

/** An option that takes an object of options. */
export interface GroupOption extends Described {
  /** Tells the kinds of option apart. */
  readonly kind: 'group';
  /** The options in it. */
  readonly members: OptionTable;
  /** What is taken in place of the members. */
  readonly or?: 'a rateLimiter(...)';
}

/**
 * What there is to know of one option: what it takes, its default, its unit, and a sentence for people. `kind` tells what it takes.
 *
 * @example
 * ```ts
 * import { allowedText, limits } from '@millrace/core/options';
 *
 * for (const [name, option] of Object.entries(limits.run.options)) {
 *   console.log(`${name}: ${allowedText(option)}. ${option.doc}`);
 * }
 * ```
 */
export type Option =
  | IntegerOption
  | NumberOption
  | BooleanOption
  | ChoiceOption
  | SignalOption
  | FunctionOption
  | SinkOption
  | ToleranceOption
  | GroupOption;

/**
 * Types of the functions that are options, by the words that messages and the options page have for them. `Item` is what the stage takes,
 * `Resource` what its tasks get as `context.resource`.
 */
interface FunctionTypes<in Item, in out Resource> {
  '(error, attempt) => boolean': (error: unknown, attempt: number) => boolean;
  '(context) => resource': (context: SetupContext) => Resource | PromiseLike<Resource>;
  '(resource, context) => void': (resource: Resource, context: SetupContext) => void | PromiseLike<void>;
  '(item) => key': (item: Item) => string | number | bigint | boolean;
}

/** What one receiver of options takes. */
export interface OptionTable {
  /** By name. */
  readonly options: { readonly [name: string]: Option };
  /** Names that are known and refused, so that they are not taken for typing errors. */
  readonly later: readonly string[];
}

/** The options of each receiver. */
export interface OptionTables {
  /** Of stages, `io(...)` and `cpu(...)`: `for` of an option says which kinds of stage take it. */
  readonly stage: OptionTable;
  /** Of `batch(options)`. */
  readonly batch: OptionTable;
  /** Of `flow.to(sink, options)`. */
  readonly sink: OptionTable;
  /** Of whatever runs a pipeline or a flow. */
  readonly run: OptionTable;
  /** Of `operators(..., options)`. */
  readonly operators: OptionTable;
  /** Of `flow(source, options)`. */
  readonly flow: OptionTable;
  /** Of `fromObservable(observable, options)`. */
  readonly observable: OptionTable;
}

/** Type of an option's value, as a user writes it. */
export type ValueOf<O, Item = never, Resource = unknown> = O extends { kind: 'integer'; or: readonly (infer Word)[] }
  ? number | Word
  : O extends { kind: 'integer' | 'number' }
    ? number
    : O extends { kind: 'boolean' }
      ? boolean
      : O extends { kind: 'choice'; values: readonly (infer Value)[] }
        ? Value
        : O extends { kind: 'signal' }
          ? AbortSignal
          : O extends { kind: 'sink' }
            ? Sink<DeadLetter>
            : O extends { kind: 'tolerance' }
              ? Tolerance
              : O extends { kind: 'function'; signature: infer Signature extends keyof FunctionTypes<Item, Resource> }
                ? FunctionTypes<Item, Resource>[Signature]
                : O extends { kind: 'group'; or: 'a rateLimiter(...)'; members: { options: infer Members } }
                  ? GroupOf<Members, Item> | RateLimiter<Item>
                  : O extends { kind: 'group'; members: { options: infer Members } }
                    ? OptionsOf<Members>
                    : never;

/** Type of an options object some of whose members must be set. `Pick`, so that the doc comments of its entries show on hover. */
export type GroupOf<Options, Item = never> = {
  readonly [Name in keyof Pick<Options, RequiredNames<Options>>]: ValueOf<Options[Name], Item>;
} & {
  readonly [Name in keyof Pick<Options, Exclude<keyof Options, RequiredNames<Options>>>]?:
    | ValueOf<Options[Name], Item>
    | undefined;
};

type RequiredNames<Options> = {
  [Name in keyof Options]: Options[Name] extends { required: true } ? Name : never;
}[keyof Options];

/** Type of an options object. Homomorphic in the table, so that the doc comments of its entries show on hover. */
type OptionsOf<Options> = { readonly [Name in keyof Options]?: ValueOf<Options[Name]> | undefined };

/** The values that stand for absent options. Those without one value are decided by the planner. */
export type DefaultsOf<Options> = {
  readonly [Name in keyof Options as HasDefault<Options[Name]> extends true ? Name : never]: Options[Name] extends {
    members: { options: infer Members };
  }
    ? DefaultsOf<Members>
    : ValueOf<Options[Name]>;
};

type HasDefault<O> = O extends { default: unknown }
  ? true
  : O extends { members: { options: infer Members } }
    ? true extends { [Name in keyof Members]: HasDefault<Members[Name]> }[keyof Members]
      ? true
      : false
    : false;

/** What an option takes, in words for messages: `an integer from 1 to 1024, or "auto"`. */
export function allowedText(option: Option): string {
  switch (option.kind) {
    case 'integer': {
      const range = option.max === undefined ? `an integer ≥ ${option.min}` : `an integer from ${option.min} to ${option.max}`;
      return option.or === undefined ? range : `${range}, or ${quoted(option.or)}`;
    }
    case 'number':
      return option.max === undefined ? `a number ≥ ${option.min}` : `a number from ${option.min} to ${option.max}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return quoted(option.values);
    case 'signal':
      return 'an AbortSignal';
    case 'function':
      return `a function ${option.signature}`;
    case 'sink':
      return 'a Sink (an object with a name and open())';
    case 'tolerance':
      return 'an integer ≥ 0, or a share from "0%" to "100%"';
    case 'group':
      return `an object of: ${Object.keys(option.members.options).join(', ')}${option.or === undefined ? '' : `; or ${option.or}`}`;
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(' or ');
}
