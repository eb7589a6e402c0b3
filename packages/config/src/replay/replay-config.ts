import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OpenPipeline, Plan, Run, RunOptions, RunReport } from '@millrace/core';
import { nearest } from '@millrace/core/options';
import { ReplayError } from '../errors.js';
import type { LoadedConfig } from '../loaded.js';
import type { ConfigParams, ReplaySpec, SinkSpec, StageSpec } from '../params.js';
import { lockOf, ReplayLock } from './replay-lock.js';
import { type Settled, settled, undone } from './settled.js';
import { fileOf, refuseReplacing, sinksOf, withOutput, withSinkNames } from './sinks.js';
import { type LetterChoice, type Survey, surveyed } from './survey.js';

/** What of a file of dead letters is to be replayed, and how. */
export interface ReplayOptions extends LetterChoice {
  /** The file of dead letters. Default: the one that the pipeline file names. */
  readonly file?: string | undefined;
  /** The file that the sink writes, in the place of the one that the pipeline file names; `-` is the standard output. */
  readonly out?: string | undefined;
  /** Where letters of what fails again go; the file of dead letters then stays as it is. Default: back into that file. */
  readonly rejects?: string | undefined;
  /** Whether `maxErrors` of the pipeline file holds. Default false: what was rejected once may well be rejected again. */
  readonly keepsMaxErrors?: boolean | undefined;
}

/** A sink that a replay writes. */
export interface ReplaySink {
  /** As the plan of the replay has it. */
  readonly name: string;
  /** Absolute path of the file that it writes; undefined for other sinks, and for the standard output. */
  readonly file: string | undefined;
}

/**
 * Dead letters that have been looked through, and go into their pipeline again when it is started: `lock`, `start`, then `settle` or `undo`, and
 * release the lock.
 */
export interface Replay extends Survey {
  /** Absolute path of the file of dead letters. */
  readonly file: string;
  /** Absolute path of the file where letters of what fails again are written first. */
  readonly rejects: string;
  /** Sinks that will be opened. */
  readonly sinks: readonly ReplaySink[];
  /** The plan of the run that `start` begins. */
  readonly plan: () => Plan;
  /** Begins the run: letters go into their stages, and on to the sinks. Options stand over `run:` of the pipeline file. */
  readonly start: (options: RunOptions) => Run;
  /**
   * Keeps others from replaying the same file until it is released. To be taken before the start.
   *
   * @throws FileError while another one replays it, or one has not come to its end
   */
  readonly lock: () => Promise<ReplayLock>;
  /** Why it cannot be taken; undefined when it can. */
  readonly locked: () => Promise<string | undefined>;
  /**
   * After a run that has completed or was drained: takes the letters that it has dealt with out of the file.
   *
   * @throws FileError when the file has changed meanwhile, or cannot be written
   */
  readonly settle: (report: RunReport) => Promise<Settled>;
  /**
   * After a run that has failed or was cancelled, with its report if there is one: the file is as it was. Says why it must not be replayed again
   * before somebody has looked, where sinks had begun to commit: the lock is to stay then, and so does the file of what failed again.
   */
  readonly undo: (report: RunReport | undefined) => Promise<string | undefined>;
}

/**
 * Looks through a file of dead letters, and makes of a pipeline file what leads from the stages that rejected them to the sinks: each
 * item goes into the stage that rejected it, and what stands before that stage is left out.
 *
 * @throws FileError, DataError, LetterError for the file of dead letters; ReplayError for what cannot be done, or would cost earlier output
 *
 * @example
 * ```ts
 * import { loadConfig, replayConfig } from '@millrace/config';
 *
 * export async function replay(file: string, out: string): Promise<void> {
 *   const again = await replayConfig(await loadConfig(file), { out });
 *   console.log(`${again.total} letters`, again.entries); // how many go into each stage
 *   const lock = await again.lock();
 *   const run = again.start({});
 *   const report = await run.finished.catch(async (error) => {
 *     const why = await again.undo(error.report); // how far the run came
 *     if (why === undefined) await lock.release();
 *     throw error;
 *   });
 *   const { failedAgain, remain } = await again.settle(report);
 *   await lock.release();
 *   console.log(`${failedAgain} failed again, ${remain} remain`);
 * }
 * ```
 */
export async function replayConfig(loaded: LoadedConfig, options: ReplayOptions = {}): Promise<Replay> {
  const { pipeline, runOptions } = loaded;
  const named = withSinkNames(loaded.params, pipeline);
  const enterable = [...tasksOf(named.stages), ...sinksOf(named).map(({ name }) => name!)];
  refuseUnknown(options.stages ?? [], enterable, loaded.file);
  const file = lettersFileOf(loaded, options.file);
  const survey = await surveyed(file, loaded.name, new Set(enterable), options);
  refuseNumbers(survey, options, file);
  const rejects = options.rejects === undefined ? `${file}.failed-again` : resolve(options.rejects);
  await refuseRejects(rejects, options.rejects !== undefined);
  const replay: ReplaySpec = { file, rejects, seen: survey.seen, entries: [...survey.entries.keys()], numbers: options.numbers };
  const again = paramsOf(named, replay, options.keepsMaxErrors === true);
  const moves = options.out !== undefined && survey.entries.size > 0;
  const params = moves ? writingTo(options.out, again, pipeline) : again;
  const sinks = sinksReached(params, pipeline);
  await refuseReplacing(sinks);
  refuseSharing(sinks, file, rejects);
  const keeps = options.rejects !== undefined;
  return {
    ...survey,
    ...{ file, rejects, sinks: sinks.map((sink) => ({ name: sink.name!, file: fileOf(sink) })) },
    plan: () => pipeline.plan(params),
    start: (run) => pipeline.start(params, { ...runOptions, ...run }),
    lock: () => ReplayLock.take(file),
    locked: () => ReplayLock.held(file),
    settle: (report) => settled(replay, survey, report, keeps),
    undo: (report) => undone(replay, report),
  };
}

/** Stages that may have rejected an item. */
function tasksOf(stages: readonly StageSpec[]): readonly string[] {
  return stages.flatMap((stage): readonly string[] => {
    if (stage.kind === 'task') return [stage.name];
    if (stage.kind === 'tee') return tasksOf(stage.stages);
    return stage.kind === 'route' ? stage.cases.flatMap((each) => tasksOf(each.stages)) : [];
  });
}

function refuseUnknown(wanted: readonly string[], known: readonly string[], file: string): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw new ReplayError(
    `${file} has no stage "${unknown}" that could have rejected an item${hint}; there are ${known.map((name) => `"${name}"`).join(', ')}`,
  );
}

function refuseNumbers({ total }: Survey, { numbers = [] }: LetterChoice, file: string): void {
  const beyond = numbers.find(({ to }) => to >= total);
  if (beyond === undefined) return;
  throw new ReplayError(
    `${file} has no dead letter ${beyond.to}: ${total === 0 ? 'it has none' : `they are numbered 0 to ${total - 1}`}`,
  );
}

function lettersFileOf({ params, file }: LoadedConfig, given: string | undefined): string {
  if (given === '-') throw new ReplayError('dead letters are replayed from a file, which is then written anew: "-" is none');
  if (given !== undefined) return resolve(given);
  const letters = params.errors?.deadLetters;
  const { path }: { readonly path?: unknown } =
    letters !== undefined && 'connector' in letters && letters.connector === 'ndjson' ? letters.options : {};
  if (typeof path === 'string' && path !== '-') return path;
  throw new ReplayError(`say which file has the dead letters: ${file} names none that is written as NDJSON`);
}

/** One that is there was left by a replay that could not put its letters back, or is somebody's own. */
async function refuseRejects(path: string, isGiven: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  throw new ReplayError(
    isGiven
      ? `${path} is there already: letters of what fails again need a file of their own`
      : `${path} is there: an earlier replay has left it, with the letters of what had failed again; see what it had delivered, then move it away`,
  );
}

/** What the replay itself reads and writes belongs to no sink. */
function refuseSharing(sinks: readonly SinkSpec[], file: string, rejects: string): void {
  const own = [
    [lockOf(file), 'says that the letters are being replayed'],
    [rejects, 'gets the letters of what fails again'],
  ] as const;
  for (const sink of sinks) {
    const [path, why] = own.find(([each]) => each === fileOf(sink)) ?? [];
    if (path === undefined) continue;
    throw new ReplayError(`the sink "${sink.name}" would write ${path}, which ${why}: give each a file of its own`);
  }
  if (rejects !== lockOf(file)) return;
  throw new ReplayError(`${rejects} cannot get the letters of what fails again: it says that the letters are being replayed`);
}

function paramsOf({ limit: _none, ...named }: ConfigParams, replay: ReplaySpec, keepsMaxErrors: boolean): ConfigParams {
  const { maxErrors, ...errors } = named.errors ?? {};
  const tolerated = keepsMaxErrors && maxErrors !== undefined ? { maxErrors } : {};
  return { ...named, errors: { ...errors, ...tolerated }, replay };
}

type Pipeline = OpenPipeline<ConfigParams, unknown>;

/** @throws ReplayError for items that would come out of the flow and be dropped */
function sinksReached(params: ConfigParams, pipeline: Pipeline): readonly SinkSpec[] {
  if (params.replay?.entries.length === 0) return [];
  const reached = pipeline.plan(params).stages.filter(({ kind }) => kind === 'sink');
  const known = sinksOf(params);
  if (
    params.sink === undefined &&
    reached.some(({ name }) => name.startsWith('output') && !known.some((sink) => sink.name === name))
  ) {
    throw new ReplayError('the pipeline has no sink for these letters: what comes out would be dropped; give it a sink first');
  }
  return known.filter((sink) => reached.some(({ name }) => name === sink.name));
}

/** @throws ReplayError unless just one sink that is reached writes a file */
function writingTo(out: string, params: ConfigParams, pipeline: Pipeline): ConfigParams {
  const reached = sinksReached(params, pipeline);
  const files = reached.filter((sink) => fileOf(sink) !== undefined);
  const [only] = files;
  if (only !== undefined && files.length === 1) return withOutput(params, only.name!, out);
  const names = (files.length === 0 ? reached : files).map(({ name }) => `"${name}"`).join(', ');
  throw new ReplayError(
    files.length === 0
      ? `--out is for a sink that writes a file, and these letters go to ${names || 'none'}`
      : `--out is one file, and these letters go to the files of ${names}: give each a file by --set of its path`,
  );
}
