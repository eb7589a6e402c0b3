// Decides; pure. `plan` the words of a decision · `planner` makes it · `placement` where a stage runs · `pools` whose lanes · `fusing` which
// stages share a visit · `task-plan` stages of tasks · `chain-plan` operator stages · `junctions` routes, tees and merges · `items-each` arrays of
// a batch · `pull-size` items that a source brings at once · `bound` items in memory at most ·
// `attempt-plan` time limits and retries · `start-plan` keys and rates · `failure-plan` what becomes of items that fail ·
// `sink-limits` how a sink writes, `sink-targets` which must not write the same · `explain` a plan in words.
export { maxLaneOutputs } from './chain-plan.js';
export { explain } from './explain.js';
export { visitsOf } from './fusing.js';
export {
  type Bound,
  type BranchPlan,
  type ChainPlan,
  isPooled,
  type Machine,
  type OnError,
  type Placement,
  type Plan,
  type PoolPlan,
  type RatePlan,
  type RetryPlan,
  type StageKind,
  type StagePlan,
} from './plan.js';
export { planFlow } from './planner.js';
export { maxSyncPull } from './pull-size.js';
export { claimTarget } from './sink-targets.js';
