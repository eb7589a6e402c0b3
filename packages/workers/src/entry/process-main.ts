// The file that the process of a lane is started with.
import { serveProcess } from './serve-process.js';

serveProcess();
