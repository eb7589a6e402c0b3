import { Argument, type Command } from 'commander';
import type { Streams } from '../shell/streams.js';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

type Shell = keyof typeof scripts;

/** `millrace completion`: all other commands have to be loaded, since it tells their options. */
export function addCompletion(command: Command, streams: Streams): void {
  command
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(scripts)))
    .addHelpText('after', '\nsource <(millrace completion bash), or put it where your shell looks for completions.')
    .action((shell: Shell) => streams.data(scripts[shell](command.parent?.commands ?? [])));
}

/** Files are completed where nothing else fits. */
function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name()}) words="${wordsOf(command).join(' ')}" ;;`);
  return `_millrace() {
  local words=""
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map((command) => command.name()).join(' ')}"; fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _millrace millrace
`;
}

function zshScript(commands: readonly Command[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c millrace -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.description())}`,
    ...command.options.map(
      ({ long, description }) =>
        `complete -c millrace -n '__fish_seen_subcommand_from ${command.name()}' -l ${long?.slice(2)} -d ${quoted(description)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What may stand behind a command: its options, and the names of those below it. */
function wordsOf(command: Command): string[] {
  return [...command.commands.map((inner) => inner.name()), ...command.options.map(({ long, flags }) => long ?? flags)];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
