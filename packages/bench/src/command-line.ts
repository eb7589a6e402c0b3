import { parseArgs } from 'node:util';

/** What the user asked for. */
export type Command =
  | { readonly kind: 'run'; readonly settings: Settings }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export interface Settings {
  /** Names of scenarios, in the order of the suite. */
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly limitMs: number;
  readonly json: string;
  readonly svg: string;
}

export const usage = `Usage: npm run bench -- [options] [scenario ...]

Measures the scenarios that are named, or all, and writes a table to stdout, the figures as JSON and a chart as SVG.

Options:
  --rounds N        times that every contender is measured (5; 3 with --quick)
  --quick           few items: shows that all works, not how fast it is
  --limit SECONDS   after which a contender that has no result is killed (180)
  --json PATH       (out/bench/bench.json)
  --svg PATH        (out/bench/bench.svg)
  --list            what the scenarios show, and who contends
  --help            this text

The exit code is 0 when every contender had the right result in all rounds, whether or not targets are met; otherwise 1.
`;

const options = {
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  limit: { type: 'string', default: '180' },
  json: { type: 'string', default: 'out/bench/bench.json' },
  svg: { type: 'string', default: 'out/bench/bench.svg' },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Reads the command line. What is wrong with it is told in a sentence.
 *
 * @param known names of the scenarios
 */
export function parseCommand(args: readonly string[], known: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help) return { kind: 'help' };
    if (values.list) return { kind: 'list' };
    const settings: Settings = {
      scenarios: chosen(positionals, known),
      rounds: values.rounds === undefined ? (values.quick ? 3 : 5) : numberFrom1('--rounds', values.rounds, 99),
      quick: values.quick,
      limitMs: numberFrom1('--limit', values.limit, 86_400) * 1000,
      json: path('--json', values.json),
      svg: path('--svg', values.svg),
    };
    return { kind: 'run', settings };
  } catch (error) {
    return { kind: 'wrong', message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // parseArgs goes on with advice on arguments that begin with a dash; there are none.
  const [said = ''] = error.message.split(/\. |\n/);
  if (!('code' in error) || error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return said;
  const allowed = Object.keys(options).map((name) => `--${name}`);
  return `${said}: it is one of ${allowed.join(', ')}`;
}

function chosen(names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no scenario '${unknown}': it is one of ${known.join(', ')}`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

function path(option: string, text: string): string {
  if (text === '') throw new Error(`${option} needs a path`);
  return text;
}

function numberFrom1(option: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > most) {
    throw new Error(`${option} needs a whole number from 1 to ${most}, not '${text}'`);
  }
  return Number(text);
}

/** The command that makes the same report, as a shell takes it. */
export function commandText(args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w./=:,-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`));
  return ['npm run bench', ...(quoted.length === 0 ? [] : ['--', ...quoted])].join(' ');
}
