// In a bundle the resolver is no file that a lane could import.
import { offerResolver } from '@millrace/workers';
import { resolveLaneJob } from './resolve.js';

offerResolver('resolveLaneJob', resolveLaneJob);
