/** Label of what is printed on the main thread by code that belongs to no stage, or to one of several. */
export const mainThread = '[main]';

/** `[parse#1]`; `[parse|score#1]` where several stages share the lane; `[test]` without a lane. */
export function label(stages: readonly string[], lane?: number): string {
  return `[${stages.join('|')}${lane === undefined ? '' : `#${lane}`}]`;
}
