import { fileURLToPath } from 'node:url';

/**
 * The lines that a worker of a bundle is started with. They load the bundle for the entry that lies in it (entry/bundled-lane.ts), which finds
 * its arguments where the program has them. It may await a run, for ever: only its failure is heard.
 *
 * @param bundle URL of the file into which a bundler has put Millrace
 * @param failed what is done with `error`, in JavaScript
 */
export function bundleBoot(bundle: string, kind: 'thread' | 'process', failed: string): string {
  const without =
    `Millrace was bundled into ${bundle} without the entry of its workers: bundle it into one file of ES modules, ` +
    'or leave it out of the bundle (esbuild: external: ["@millrace/*"])';
  return `
    process.argv.splice(1, 0, ${JSON.stringify(fileURLToPath(bundle))});
    const lane = { kind: '${kind}', resolvers: new Map(), serving: false };
    globalThis[Symbol.for('millrace.bundled-lane')] = lane;
    const failed = (error) => { if (!lane.serving) { ${failed} } };
    import(${JSON.stringify(bundle)}).then(() => failed(new Error(${JSON.stringify(without)})), failed);
  `;
}
