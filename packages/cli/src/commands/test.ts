import { type CaseResult, testConfig } from '@millrace/config';
import type { Command } from 'commander';
import { paintFor } from '../console/paint.js';
import { type Exit, UsageError } from '../exit-codes.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import { loadEnvironment, setOption } from '../target/flags.js';
import { withFile } from '../target/load-file.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly update?: true;
  readonly only?: string;
}

/** `millrace test`. */
export function addTest(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<files...>', 'pipeline files')
    .addOption(setOption('a value over that of the file; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .option('--update', 'write what came out into the file, as what is expected')
    .option('--only <name>', 'only the test of this name')
    .action(async (files: readonly string[], flags: Flags) => done(await test(files, flags, streams)));
}

async function test(files: readonly string[], { set, envFile, update, only }: Flags, streams: Streams): Promise<Exit> {
  if (update && files.includes('-')) throw new UsageError('--update needs a file: what comes by stdin cannot be written back');
  if (envFile !== undefined) await loadEnvironment(envFile);
  const options = { ...(update && { update }), ...(only !== undefined && { only }) };
  let [passed, failed] = [0, 0];
  streams.printed.direct({
    printer: () => label(['test']),
    onLine: (from, text) => streams.show(`${from} ${streams.redacted(text)}\n`),
  });
  for (const file of files) {
    const results = await withFile(file, { set }, streams, (loaded) => testConfig(loaded, options));
    if (results.length === 0) streams.tell(`${file} has no tests${only === undefined ? '' : ` named "${only}"`}`);
    for (const result of results) await streams.data(resultText(file, result, streams.redacted));
    passed += results.filter((result) => result.passed).length;
    failed += results.filter((result) => !result.passed).length;
  }
  streams.show(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 'testsFailed' : 'ok';
}

function resultText(file: string, { name, passed, differences, place }: CaseResult, redacted: (text: string) => string): string {
  const paint = paintFor(process.stdout);
  if (passed) return `${paint.good('ok')}     ${file}: ${redacted(name)}\n`;
  const details = differences.flatMap((difference) => redacted(difference).split('\n')).map((line) => `         ${line}\n`);
  return `${paint.bad('FAILED')} ${file}:${place.line}:${place.column}: ${redacted(name)}\n${details.join('')}`;
}
