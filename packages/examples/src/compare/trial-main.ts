// A program that runs one trial, given as JSON, and prints what it took: its time and memory are nobody else's.
import { measure } from './measure.js';
import type { Trial } from './trial.js';

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as Trial))}\n`);
