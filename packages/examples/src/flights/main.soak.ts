// All cases of what the ordinary tests take a part of.
import './main.test.js';
