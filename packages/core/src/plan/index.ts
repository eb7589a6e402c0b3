// Decides; pure. `plan` the words of a decision · `planner` makes it · `placement` where a stage runs · `bound` items in memory at most ·
// `fusing` which stages share a visit ·
// `core-budget` cores from system readings · `explain` a plan in words.
export { coreBudget } from './core-budget.js';
export { explain } from './explain.js';
export { visitsOf } from './fusing.js';
export type { Bound, Machine, Placement, Plan, StageKind, StagePlan } from './plan.js';
export { maxFedAhead, maxSyncPull, outputName, planFlow } from './planner.js';
