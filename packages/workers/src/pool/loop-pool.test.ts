import { loopPool } from '@millrace/workers';
import { describePool } from './pool.contract.js';

describePool({ name: 'loopPool', make: loopPool, isolated: false });
