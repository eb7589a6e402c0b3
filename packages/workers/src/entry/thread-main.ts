// The file that a worker thread is started with.
import { serveLane } from './serve-lane.js';

serveLane();
