import type { Command } from 'commander';
import type { Exit } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';

/** What a command is told when it is put together. `done` takes its exit; without a call it is `ok`. */
type Add = (command: Command, streams: Streams, done: (exit: Exit) => void) => void;

/** A command, known by name before it is loaded: a program that is only asked for help should not load pipelines. */
export interface CommandEntry {
  readonly name: string;
  /** What others call it. */
  readonly alias?: string;
  readonly doc: string;
  /** Code of users is loaded, or may be: what it prints is kept out of the data. */
  readonly loadsCode?: true;
  readonly load: () => Promise<Add>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    doc: 'run a pipeline: of a file, of stdin (-), or one that a module exports (orders.ts#daily)',
    loadsCode: true,
    load: async () => (await import('./run.js')).addRun,
  },
  {
    name: 'check',
    alias: 'lint',
    doc: 'say what is wrong with pipelines, all of it, without running them',
    loadsCode: true,
    load: async () => (await import('./check.js')).addCheck,
  },
  {
    name: 'plan',
    alias: 'explain',
    doc: 'tell how a pipeline would run: each value and where it comes from, stages, memory, guarantee',
    loadsCode: true,
    load: async () => (await import('./plan.js')).addPlan,
  },
  {
    name: 'test',
    doc: 'run the tests that stand in pipeline files',
    loadsCode: true,
    load: async () => (await import('./test.js')).addTest,
  },
  {
    name: 'preview',
    doc: 'show the first items that leave a stage, as NDJSON; no sink is opened',
    loadsCode: true,
    load: async () => (await import('./preview.js')).addPreview,
  },
  {
    name: 'init',
    doc: 'make a project that runs: a pipeline file with tests, tasks in TypeScript, sample data',
    load: async () => (await import('./init.js')).addInit,
  },
  {
    name: 'list',
    doc: 'list what pipelines can be made of: connectors, stages, and what stands beside them',
    load: async () => (await import('./list.js')).addList,
  },
  {
    name: 'describe',
    doc: 'tell the options of a connector, a stage, or what stands beside them',
    load: async () => (await import('./list.js')).addDescribe,
  },
  {
    name: 'schema',
    doc: 'print the JSON Schema of pipeline files, for editors',
    load: async () => (await import('./schema.js')).addSchema,
  },
  {
    name: 'dlq',
    doc: 'look at the dead letters of a run (NDJSON), and replay them',
    loadsCode: true,
    load: async () => (await import('./dead-letters.js')).addDeadLetters,
  },
  {
    name: 'convert',
    doc: 'print a TypeScript module that runs the same as a pipeline file',
    loadsCode: true,
    load: async () => (await import('./convert.js')).addConvert,
  },
  {
    name: 'completion',
    doc: 'print what a shell needs to complete commands and options',
    load: async () => (await import('./completion.js')).addCompletion,
  },
];
