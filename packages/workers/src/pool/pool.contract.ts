import { describeCalls } from './calls.contract.js';
import { describeMaps } from './maps.contract.js';
import { type PoolKind, removeGates } from './pool-kit.fixture.js';
import { describeLife } from './pool-life.contract.js';
import { describeWorkers } from './pool-workers.contract.js';

/** What a pool keeps. */
export function describePool(kind: PoolKind): void {
  removeGates();
  describeCalls(kind);
  describeMaps(kind);
  describeLife(kind);
  if (kind.isolated) describeWorkers(kind);
}
