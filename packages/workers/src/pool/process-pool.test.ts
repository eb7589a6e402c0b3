import { processPool } from '@millrace/workers';
import { describePool } from './pool.contract.js';

describePool({ name: 'processPool', make: processPool, isolated: true });
