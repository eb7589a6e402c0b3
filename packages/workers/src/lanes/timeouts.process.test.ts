// What holds for lanes that are threads holds for those that are processes.
import './process-lanes.fixture.js';
import './timeouts.test.js';
