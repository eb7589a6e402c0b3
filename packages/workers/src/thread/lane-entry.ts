import { existsSync } from 'node:fs';
import { where } from '../where.js';
import { bundleBoot } from '../wire/bundle-boot.js';

let entry: URL | undefined;

/** What a worker is started with: the file of its entry or, where a bundler has put this module into another file, that file. */
export function laneEntry(): URL {
  entry ??= existsSync(where.threadMain) ? where.threadMain : new URL(`data:text/javascript,${encodeURIComponent(boot())}`);
  return entry;
}

/** A rejection that nobody handles ends the thread, with the error. */
const boot = (): string => bundleBoot(import.meta.url, 'thread', 'throw error;');
