// What a worker loads for core, and what the main thread shares with it. `lane-spec` how a stage is named across the boundary ·
// `resolve` from those names to a body · `stage-lookup` import, registry, factory ·
// `outputs` one result, many outputs (`observable-iterator`) · `resource` setup and teardown · `chain` RxJS operators at work: `operator-chain` an instance,
// `single-chain` one for all items, `keyed-chains` one for each key, `stream-job` as the body of a stream · `bundled` the
// same out of a bundle · `fused-chain` tasks of neighbouring stages as one, `visit` an item on its way through it, `visit-tally` what its
// stages did. Never imports run/ or plan/.
import './bundled.js';

export { parkInLane, parkWhileLoading } from '@millrace/workers';
export type { Chain } from './chain.js';
export { chainOf } from './chain-of.js';
export { FusedFailure } from './fused-failure.js';
export { type FusedSpec, type LaneSpec, loadFailure, signatureOf } from './lane-spec.js';
export { isThenable, type OutputMaker, observableStall, outputMaker } from './outputs.js';
export {
  countsIn,
  hasResource,
  openResource,
  type Resource,
  type ResourceCounts,
  type ResourceTally,
  resourceTally,
} from './resource.js';
export type { StreamNote } from './stream-job.js';
export { noStage, tallied, type VisitNote } from './visit-tally.js';
