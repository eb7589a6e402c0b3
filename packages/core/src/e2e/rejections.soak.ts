// All cases of what the ordinary tests take a part of.
import './rejections.test.js';
