import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { where } from '../where.js';
import { bundleBoot } from '../wire/bundle-boot.js';
import { compactArgs, compactEntry } from '../wire/compact.js';

let boot: string | undefined;

/**
 * Arguments for Node.js, behind which those of the program come: its options, and the file of the entry or, where a bundler has put this
 * module into another file, code that loads that file.
 */
export function processArgs(options: readonly string[]): readonly string[] {
  const compact = compactEntry('process-main');
  if (compact !== undefined) return [...compactArgs(options), fileURLToPath(compact)];
  if (existsSync(where.processMain)) return [...options, fileURLToPath(where.processMain)];
  boot ??= bootOf(import.meta.url);
  return [...options, '--eval', boot, '--'];
}

/**
 * The rest of the program does not see how it was started: what is evaluated has names of CommonJS as globals, by which libraries tell where
 * they are. Node.js sets one of these again when the code has run, and the bundle is loaded later. The last line of stderr tells why it ended.
 */
const bootOf = (bundle: string): string => `
    process.execArgv.splice(process.execArgv.indexOf('--eval'), 2);
    queueMicrotask(() => {
      for (const name of ['require', 'module', 'exports', '__filename', '__dirname']) delete globalThis[name];
    });
    ${bundleBoot(bundle, 'process', 'console.error(String(error)); process.exit(1);')}
  `;
