// In a bundle the resolver is no file that a lane could import; and a lane of a bundle imports the whole program for its pipelines, so it
// is a lane before the first line of the user's code.
import { offerResolver } from '@millrace/workers';
import { enterLaneMode } from './lane-mode.js';
import { resolveLaneJob } from './resolve.js';

if (offerResolver('resolveLaneJob', resolveLaneJob)) enterLaneMode();
