// Comes with the package into every bundle; does nothing but in the lanes of one, where it stands for thread-main.
import { takeBundledLane } from './bundled-lane.js';
import { serveLane } from './serve-lane.js';

if (takeBundledLane()) serveLane();
