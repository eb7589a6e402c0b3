import { previewConfig } from '@millrace/config';
import { nearest } from '@millrace/core/options';
import type { Command } from 'commander';
import { type Exit, UsageError } from '../exit-codes.js';
import { veil } from '../shell/redact.js';
import type { Streams } from '../shell/streams.js';
import { veiled } from '../shell/veiled.js';
import { atLeastOne, loadEnvironment, setOption } from '../target/flags.js';
import { loadFile } from '../target/load-file.js';
import { isModule } from '../target/module-target.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly stage?: string;
  readonly limit: number;
}

/** `millrace preview`. */
export function addPreview(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<file>', 'pipeline file, or -')
    .option('--stage <name>', 'the stage; without it the one before the sink')
    .option('--limit <n>', 'items to show at most', atLeastOne, 10)
    .addOption(setOption('a value over that of the file; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .action(async (file: string, flags: Flags) => done(await preview(file, flags, streams)));
}

async function preview(file: string, { set, envFile, stage, limit }: Flags, streams: Streams): Promise<Exit> {
  if (isModule(file))
    throw new UsageError(`preview is for pipeline files, and ${file} is a module: run it, with a sink that prints`);
  if (envFile !== undefined) await loadEnvironment(envFile);
  const loaded = await loadFile(file, { set }, streams);
  if (stage !== undefined && !loaded.stageNames.includes(stage)) {
    const near = nearest(stage, loaded.stageNames);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new UsageError(`${file} has no stage "${stage}"${hint}; its stages are ${loaded.stageNames.join(', ')}`);
  }
  for await (const item of previewConfig(loaded, { ...(stage !== undefined && { stage }), limit })) {
    await streams.data(`${lineOf(item, streams)}\n`);
  }
  return 'ok';
}

/** As JSON has it; what JSON lacks is told as text. */
function lineOf(item: unknown, { redacted, isSecret }: Streams): string {
  // What makes JSON of itself (`toJSON`) is plain data only then.
  const text = JSON.stringify(item, (_, value: unknown) => {
    if (typeof value !== 'bigint') return value;
    return isSecret(value) ? veil : String(value);
  });
  return JSON.stringify(veiled(text === undefined ? String(item) : JSON.parse(text), { text: redacted, isSecret, keys: true }));
}
