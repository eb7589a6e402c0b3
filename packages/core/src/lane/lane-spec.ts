import { TimeoutError } from '@millrace/workers';
import type { StageDeclaration } from '../declare/declaration.js';
import { PlanError } from '../errors.js';
import type { ChainTerms } from './chain-of.js';
import type { ResourceTally } from './resource.js';

/** Where a lane finds one stage: the module that declares it, and the names. Structured-cloneable. */
export interface LaneSpec {
  /** URL of the module that called `pipeline(import.meta, …)`. */
  readonly module: string;
  readonly pipeline: string;
  readonly params: unknown;
  /** All stages as the main thread has them, to see whether the lane's factory builds the same. */
  readonly stages: readonly StageSignature[];
  /** Name of the stage to run. */
  readonly stage: string;
  /** Stages that run in the same visit after it; undefined for most. */
  readonly fused?: FusedSpec | undefined;
  /** Of operator stages. */
  readonly maxHeld: number | undefined;
  readonly chain?: ChainTerms | undefined;
  /** Where the lanes count their resources; absent where there are none, and where memory cannot be shared. */
  readonly resources?: ResourceTally | undefined;
}

export interface FusedSpec {
  /** Names, in order. */
  readonly stages: readonly string[];
  /** One Int32 for each lane: which of the stages runs there, 0 for the first of the visit. Absent where memory cannot be shared. */
  readonly running: SharedArrayBuffer | undefined;
}

export interface StageSignature {
  readonly name: string;
  readonly kind: StageDeclaration['kind'];
}

export function signatureOf({ name, kind }: StageDeclaration): StageSignature {
  return { name, kind };
}

interface Loading {
  readonly setsUp?: boolean | undefined;
  readonly taskModules?: readonly string[] | undefined;
}

/**
 * What a pool says of a stage that no lane could load, in the words of the pipeline; any other error as it is.
 *
 * @param more of what loading it is: `setsUp`, the stage has a `setup`; `taskModules`, which tasks of its visit are named by
 */
export function loadFailure(error: unknown, { module, pipeline, stage }: LaneSpec, more: Loading = {}): unknown {
  if (!(error instanceof TimeoutError)) return error;
  if (more.setsUp) {
    return new TimeoutError(
      `a worker did not load ${module} and finish the setup of stage "${stage}" in time; if it needs longer, raise startTimeoutMs`,
      {
        cause: error,
      },
    );
  }
  const others = new Set(more.taskModules);
  const orIts =
    others.size === 0 ? '' : `, or ${[...others].join(' or ')}, which has the task of stage "${stage}" or of one in its visit,`;
  return new PlanError(
    `a worker did not load ${module}${orIts} in time: does it wait for something at its top level before it declares pipeline "${pipeline}"? ` +
      'Declare the pipeline first, or raise startTimeoutMs',
    { cause: error },
  );
}
