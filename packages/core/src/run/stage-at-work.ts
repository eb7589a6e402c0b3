let atWork: string | undefined;

/**
 * Name of the stage whose code runs on this thread at this moment, for those who tell people where something comes from: what a task prints,
 * say. Undefined outside of stages, and in what a task does after its first `await`.
 */
export function stageAtWork(): string | undefined {
  return atWork;
}

/** @returns what was at work before, to be put back */
export function putAtWork(stage: string | undefined): string | undefined {
  const before = atWork;
  atWork = stage;
  return before;
}
