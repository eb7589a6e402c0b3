import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type Example, type Option, type OptionTable, type Params, type Print, type Program, paramsOf } from './example.js';
import { examples } from './examples.js';

// Exit codes of sysexits.h, beside 0 and 1.
const wrongUsage = 64;

export interface Streams {
  /** For what the user asked for: the list, help, what an example prints. */
  readonly print: Print;
  /** For what went wrong. */
  readonly tell: Print;
}

/** Lists the examples, or runs the one that the arguments name. @returns the exit code; never rejects */
export async function main(args: readonly string[], { print, tell }: Streams): Promise<number> {
  const root = new Command('millrace-examples')
    .description('Runs the examples of Millrace. Without a name it lists them.')
    .usage('[name] [options]')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => tell(text.trimEnd()) });
  try {
    for (const { name, summary, load } of examples) {
      const command = root.command(name).description(summary);
      if (name === args[0]) prepare(command, await load(), print, args.slice(1));
    }
    if (args.length === 0) root.outputHelp();
    else await root.parseAsync(args, { from: 'user' });
    // Runs of pipelines set it when they fail, or were stopped by a signal.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
    tell(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function prepare(command: Command, found: Example | Program, print: Print, args: readonly string[]): void {
  if (found.kind === 'program') {
    command
      .helpOption(false)
      .allowUnknownOption()
      .argument('[options...]')
      .action(() => start(found, args));
    return;
  }
  for (const [name, option] of Object.entries(found.options)) addOption(command, name, option);
  command
    .option('--short', 'small values for all options that are not given, as tests run it')
    .action(({ short, ...given }: { readonly short?: boolean } & Params<OptionTable>) =>
      found.run({ ...paramsOf(found, short ? 'short' : 'default'), ...given }, print),
    );
}

function addOption(command: Command, name: string, option: Option<number> | Option<string>): void {
  const { doc, default: value, min = 1 } = option;
  const text = `${doc} (${value === '' ? 'none' : value})`;
  if (typeof value === 'string') command.option(`--${name} <text>`, text);
  else command.option(`--${name} <number>`, text, (given: string) => wholeNumber(given, min));
}

function wholeNumber(text: string, min: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min)
    throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  return value;
}

async function start({ module }: Program, args: readonly string[]): Promise<void> {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  await import(module.href);
}
