// All cases of what the ordinary tests take a part of.
import './operator-stages.test.js';
