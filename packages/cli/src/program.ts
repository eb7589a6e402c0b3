import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check.js';
import { addConvert } from './commands/convert.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addInit } from './commands/init.js';
import { addDescribe, addList } from './commands/list.js';
import { addPlan } from './commands/plan.js';
import { addPreview } from './commands/preview.js';
import { addRun } from './commands/run.js';
import { addSchema } from './commands/schema.js';
import { addTest } from './commands/test.js';
import { type Exit, exitCodes, exitOf } from './exit-codes.js';
import { failureText } from './run/text-log.js';
import { processStreams } from './shell/process-streams.js';
import type { Streams } from './shell/streams.js';
import { version } from './version.js';

/** Runs the command that the arguments ask for. @returns the exit code; never rejects */
export async function main(args: readonly string[]): Promise<number> {
  const streams = processStreams();
  let exit: Exit = 'ok';
  try {
    await program(streams, (result) => {
      exit = result;
    }).parseAsync(args, { from: 'user' });
    return exitCodes[exit].code;
  } catch (error) {
    return exitCodes[failed(error, streams)].code;
  }
}

function program(streams: Streams, done: (exit: Exit) => void): Command {
  const root = new Command('millrace')
    .description('Runs, checks, plans and tests pipelines: files, or modules that export them.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureOutput({ writeErr: (text) => streams.tell(text.trimEnd()) });
  addRun(root, streams, done);
  addCheck(root, streams, done);
  addPlan(root, streams, done);
  addTest(root, streams, done);
  addPreview(root, streams, done);
  addInit(root, streams);
  addList(root, streams);
  addDescribe(root, streams);
  addSchema(root, streams);
  addDeadLetters(root, streams);
  addConvert(root, streams);
  return root;
}

function failed(error: unknown, streams: Streams): Exit {
  // Commander has told it already, and help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  const exit = exitOf(error);
  if (exit !== 'brokenPipe') streams.tell(exit === 'failed' ? failureText(error) : messageOf(error));
  return exit;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
