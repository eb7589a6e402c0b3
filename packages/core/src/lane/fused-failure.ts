/** What a task threw, with the name of its stage: in a fused visit the item alone does not tell. Taken apart before a user sees it. */
export class FusedFailure extends Error {
  readonly stage: string;

  constructor(stage: string, cause: unknown) {
    super(`stage "${stage}" failed`, { cause });
    this.stage = stage;
  }
}
