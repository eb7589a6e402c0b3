import { existsSync } from 'node:fs';
import { where } from '../where.js';

let entry: URL | undefined;

/** What a worker is started with: the file of its entry or, where a bundler has put this module into another file, that file. */
export function laneEntry(): URL {
  entry ??= existsSync(where.threadMain)
    ? where.threadMain
    : new URL(`data:text/javascript,${encodeURIComponent(bootOf(import.meta.url))}`);
  return entry;
}

/** The bundle is loaded for the entry that lies in it (entry/bundled-lane.ts). It may await a run, for ever: only its failure is heard. */
function bootOf(bundle: string): string {
  const without =
    `Millrace was bundled into ${bundle} without the entry of its workers: bundle it into one file of ES modules, ` +
    'or leave it out of the bundle (esbuild: external: ["@millrace/*"])';
  return `
    const lane = { resolvers: new Map(), serving: false };
    globalThis[Symbol.for('millrace.bundled-lane')] = lane;
    import(${JSON.stringify(bundle)}).then(
      () => { if (!lane.serving) throw new Error(${JSON.stringify(without)}); },
      (error) => { if (!lane.serving) throw error; },
    );
  `;
}
