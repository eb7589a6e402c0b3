// What a worker loads for core, and what the main thread shares with it. `lane-spec` how a stage is named across the boundary ·
// `resolve` from those names to a body · `stage-lookup` import, registry, factory ·
// `outputs` one result, many outputs · `resource` setup and teardown · `operator-chain` an instance of RxJS operators · `bundled` the
// same out of a bundle · `fused-chain` tasks of neighbouring stages as one, `visit` an item on its way through it, `visit-tally` what its
// stages did. Never imports run/ or plan/.
import './bundled.js';

export { parkInLane, parkWhileLoading } from '@millrace/workers';
export { FusedFailure } from './fused-failure.js';
export { type FusedSpec, type LaneSpec, loadFailure, signatureOf } from './lane-spec.js';
export { OperatorChain } from './operator-chain.js';
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
export { noStage, tallied, type VisitNote } from './visit-tally.js';
