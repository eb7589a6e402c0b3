// Decides; pure. `plan` the words of a decision · `planner` makes it · `placement` where a stage runs · `bound` items in memory at most ·
// `attempt-plan` time limits and retries · `core-budget` cores from system readings · `explain` a plan in words.
export { coreBudget } from './core-budget.js';
export { explain } from './explain.js';
export type { Bound, Machine, Placement, Plan, RetryPlan, StageKind, StagePlan } from './plan.js';
export { maxFedAhead, maxSyncPull, outputName, planFlow } from './planner.js';
