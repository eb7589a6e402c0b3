import { threadPool } from '@millrace/workers';
import { describePool } from './pool.contract.js';

describePool({ name: 'threadPool', make: threadPool, isolated: true });
