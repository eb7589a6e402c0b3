import { Command, CommanderError } from 'commander';
import { commands } from './commands/commands.js';
import { type Exit, exitCodes, exitOf, UsageError } from './exit-codes.js';
import { endText } from './failure-text.js';
import { processStreams } from './shell/process-streams.js';
import type { Streams } from './shell/streams.js';
import { settled, UnsettledError } from './shell/unsettled.js';
import { version } from './version.js';

/** Runs the command that the arguments ask for. @returns the exit code; never rejects */
export async function main(args: readonly string[]): Promise<number> {
  const streams = processStreams();
  let exit = await outcome(args, streams);
  try {
    // What a sink wrote without looking may be lost, and so may help. A run has told of that itself.
    if (!streams.closed.aborted) await streams.flushed();
  } catch (error) {
    exit = await failed(error, args, streams);
  }
  const { code } = exitCodes[exit];
  if (streams.uncaught.seen) process.exit(code);
  return code;
}

async function outcome(args: readonly string[], streams: Streams): Promise<Exit> {
  let exit: Exit = 'ok';
  try {
    const root = await program(args, streams, (result) => {
      exit = result;
    });
    await settled(
      root.parseAsync(args, { from: 'user' }),
      () => new UnsettledError('what the command waits for can never come: a promise in the code of the pipeline never settles'),
    );
    return exit;
  } catch (error) {
    return await failed(error, args, streams);
  }
}

/** All commands by name; what the arguments name is loaded, so that its options are known; for completion all are. */
async function program(args: readonly string[], streams: Streams, done: (exit: Exit) => void): Promise<Command> {
  const root = new Command('millrace')
    .description('Runs, checks, plans and tests pipelines: files, or modules that export them.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureOutput({ writeErr: (text) => asksForJson(args) || streams.tell(text.trimEnd()) })
    .addHelpText('after', `\nExit codes:\n${exitLines().join('\n')}`);
  for (const { name, alias, doc, loadsCode, load } of commands) {
    const command = root.command(name).description(doc);
    if (alias !== undefined) command.alias(alias);
    if (loadsCode) command.hook('preAction', () => guard(args, streams));
    if (args.includes(name) || (alias !== undefined && args.includes(alias)) || args[0] === 'completion')
      (await load())(command, streams, done);
  }
  return root;
}

/** To be called before any code of a user is loaded. */
function guard(args: readonly string[], streams: Streams): void {
  streams.printed.stand();
  streams.uncaught.stand((error) => {
    // What the command is at goes on, and cannot be told to stop.
    void failed(error, args, streams).then((exit) => process.exit(exitCodes[exit].code));
  });
}

function exitLines(): string[] {
  return Object.values(exitCodes).map(({ code, doc }) => `  ${String(code).padEnd(4)} ${doc}`);
}

/** Tells what kept a command from beginning, or from its end. */
async function failed(error: unknown, args: readonly string[], streams: Streams): Promise<Exit> {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (isHelp) return 'ok';
  const exit = error instanceof CommanderError ? 'usage' : exitOf(error);
  if (exit === 'brokenPipe') return exit;
  if (asksForJson(args)) {
    const { jsonLog } = await import('./run/json-log.js');
    const told = error instanceof CommanderError ? new UsageError(error.message.replace(/^error: /, '')) : error;
    jsonLog(streams, { quiet: args.includes('--quiet') }).end({ failure: { error: told } }, exit);
    return exit;
  }
  // Commander has told of its own by now.
  if (error instanceof CommanderError) return exit;
  streams.tell(endText(error, exit));
  return exit;
}

/** Asked of the arguments as they are, since those may be what is wrong. */
function asksForJson(args: readonly string[]): boolean {
  return args.some((arg, index) => arg === '--log-format=json' || (arg === 'json' && args[index - 1] === '--log-format'));
}
