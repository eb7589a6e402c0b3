import type { ResourceLimits } from 'node:worker_threads';

/** Options that are about the main script of the program, or about its debugger and profiler; with whatever they begin. */
const programs =
  /^(-e|-p|-i|-c|--eval|--print|--interactive|--check|--input-type|--inspect|--debug|--watch|--test|--cpu-prof|--heap-prof)/;
/** What follows one of these is its value, though it may look like an option. */
const evaluates = /^(-e|-p|-pe|--eval|--print)$/;

/** Options of Node.js for the process of a lane: those of the program, but for what concerns the program alone, and the limits. */
export function execArgs(program: readonly string[], limits: ResourceLimits | undefined): readonly string[] {
  const kept: string[] = [];
  let keeps = true;
  program.forEach((option, i) => {
    // Only options and their values are among them: what is no option is the value of the one before.
    if (option.startsWith('-') && !evaluates.test(program[i - 1] ?? '')) keeps = !programs.test(option);
    if (keeps) kept.push(option);
  });
  // The last one counts.
  return [...kept, ...limitArgs(limits)];
}

function limitArgs(limits: ResourceLimits | undefined): readonly string[] {
  const { maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young } = limits ?? {};
  const args = [];
  if (old !== undefined) args.push(`--max-old-space-size=${Math.max(1, Math.floor(old))}`);
  // The young generation is three semi-spaces.
  if (young !== undefined) args.push(`--max-semi-space-size=${Math.max(1, Math.floor(young / 3))}`);
  return args;
}

/** The environment for the process of a lane: two processes cannot listen for a debugger on one port. */
export function laneEnvironment(program: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: options } = program;
  if (options === undefined || !options.includes('--inspect')) return program;
  return { ...program, NODE_OPTIONS: options.replace(/--inspect\S*/g, '').trim() };
}
