/** An option of the command line. Its type is that of its values: whole numbers, or texts. */
export interface Option<Value extends number | string = number | string> {
  /** What it is, in a few words, with its unit. */
  readonly doc: string;
  /** At full size. */
  readonly default: Value;
  /** With `--short`: as tests run it. */
  readonly short: Value;
  /** Least number that is taken. Default 1. */
  readonly min?: number;
}

export type OptionTable = { readonly [name: string]: Option<number> | Option<string> };

/** Values of all options. */
export type Params<Table extends OptionTable> = { readonly [Name in keyof Table]: Table[Name]['default'] };

/** Gets what the example has to say, line by line. */
export type Print = (line: string) => void;

/** A command of the runner. `run` resolves when all is printed; it rejects with what went wrong. */
export interface Example {
  readonly kind: 'example';
  readonly options: OptionTable;
  readonly run: (params: Params<OptionTable>, print: Print) => Promise<void>;
}

/** A module that is a program with a command line of its own. It is imported with the arguments in `process.argv`. */
export interface Program {
  readonly kind: 'program';
  readonly module: URL;
}

export function example<const Table extends OptionTable>(
  options: Table,
  run: (params: Params<Widened<Table>>, print: Print) => Promise<void>,
): Example {
  // The one place where the types of values are taken on trust: the runner makes them from this table.
  return { kind: 'example', options, run: (params, print) => run(params as Params<Widened<Table>>, print) };
}

/** Tables infer as literals; a param of default 5 is any number. */
type Widened<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<number> ? Option<number> : Option<string>;
};

/** The values that hold where none are given. */
export function paramsOf({ options }: Example, size: 'default' | 'short'): Params<OptionTable> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option[size]]));
}
