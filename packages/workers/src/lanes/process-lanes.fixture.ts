import { isolate } from './outcomes.fixture.js';

isolate('process');
