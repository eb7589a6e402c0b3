import type { ResourceLimits } from 'node:worker_threads';

/** Options of Node.js that are about the main script of the program or about its debugger, with a value of their own after them. */
const withValue = /^(-e|--eval|-p|-pe|--print|--input-type|--(inspect|debug)-port|--inspect-publish-uid)$/;
/** The same ones without it, or with it after `=`. */
const alone =
  /^(--inspect|--debug|--eval=|--print=|--input-type=|--watch|--test|--check$|-c$|--interactive$|-i$|--cpu-prof|--heap-prof)/;

/** Options of Node.js for the process of a lane: those of the program, but for what concerns the program alone, and the limits. */
export function execArgs(program: readonly string[], limits: ResourceLimits | undefined): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < program.length; i++) {
    const option = program[i]!;
    if (withValue.test(option)) i++;
    else if (!alone.test(option)) kept.push(option);
  }
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
