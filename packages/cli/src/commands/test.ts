import { type CaseResult, testConfig } from '@millrace/config';
import type { Command } from 'commander';
import { paintFor } from '../console/paint.js';
import { type Exit, exitOf, UsageError } from '../exit-codes.js';
import { endText } from '../failure-text.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import { loadEnvironment, setOption } from '../target/flags.js';
import { withFile } from '../target/load-file.js';
import { isModule } from '../target/module-target.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly update?: true;
  readonly only?: string;
}

/** `millrace test`. */
export function addTest(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<files...>', 'pipeline files, or -')
    .addOption(setOption('a value over that of the file; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .option('--update', 'write what came out into the file, as what is expected')
    .option('--only <name>', 'only tests that have it in their name')
    .action(async (files: readonly string[], flags: Flags) => done(await test(files, flags, streams)));
}

async function test(files: readonly string[], { set, envFile, update, only }: Flags, streams: Streams): Promise<Exit> {
  if (update && files.includes('-')) throw new UsageError('--update needs a file: what comes by stdin cannot be written back');
  const module = files.find(isModule);
  if (module !== undefined) {
    throw new UsageError(
      `tests stand in pipeline files, and ${module} is a module: testRun of @millrace/core/testing tests the pipelines of one`,
    );
  }
  if (envFile !== undefined) await loadEnvironment(envFile);
  const options = { ...(update && { update }), ...(only !== undefined && { only }) };
  const errors: unknown[] = [];
  const results: CaseResult[] = [];
  streams.printed.direct({
    printer: () => label(['test']),
    onLine: (from, text) => streams.show(`${from} ${streams.redacted(text)}\n`),
  });
  for (const file of files) {
    const found = await withFile(file, { set, forTests: true }, streams, (loaded) => testConfig(loaded, options)).catch(
      (error: unknown) => {
        // The tests of the others count all the same.
        streams.tell(endText(error, exitOf(error)));
        errors.push(error);
      },
    );
    if (found === undefined) continue;
    if (found.length === 0) streams.tell(`${file} has no tests${only === undefined ? '' : ` named "${only}"`}`);
    for (const result of found) await streams.data(resultText(file, result, streams.redacted));
    results.push(...found);
  }
  streams.show(`${summary(results, errors.length)}\n`);
  if (errors.length > 0) return exitOf(errors[0]);
  // A name that was misspelt would else pass for good.
  if (only !== undefined && results.length === 0) return 'usage';
  return results.every(({ passed }) => passed) ? 'ok' : 'testsFailed';
}

function summary(results: readonly CaseResult[], unread: number): string {
  const passed = results.filter((result) => result.passed).length;
  const rest = unread === 0 ? '' : `, ${unread} ${unread === 1 ? 'file' : 'files'} not tested`;
  return `${passed} passed, ${results.length - passed} failed${rest}`;
}

function resultText(file: string, { name, passed, differences, place }: CaseResult, redacted: (text: string) => string): string {
  const paint = paintFor(process.stdout);
  if (passed) return `${paint.good('ok')}     ${file}: ${redacted(name)}\n`;
  const details = differences.flatMap((difference) => redacted(difference).split('\n')).map((line) => `         ${line}\n`);
  return `${paint.bad('FAILED')} ${file}:${place.line}:${place.column}: ${redacted(name)}\n${details.join('')}`;
}
