import { spawnThread } from '@millrace/workers';
import { describeSpawn } from './spawn.contract.js';

describeSpawn({ kind: 'thread', spawn: spawnThread, terminated: 1 });
