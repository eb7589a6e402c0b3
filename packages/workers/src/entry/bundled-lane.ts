import type { ResolveLaneJob } from './lane-job.js';

/** Made by the few lines that a lane of a bundle is started with (wire/bundle-boot.ts), before they import the bundle. */
interface BundledLane {
  readonly kind: 'thread' | 'process';
  /** By export name: a bundle has no file for the module of a resolver. */
  readonly resolvers: Map<string, ResolveLaneJob>;
  serving: boolean;
}

const bundled: BundledLane | undefined = Reflect.get(globalThis, Symbol.for('millrace.bundled-lane'));

/** Says once, in a lane of a bundle, what it is: for the code that is to serve it. */
export function takeBundledLane(): BundledLane['kind'] | undefined {
  if (bundled === undefined || bundled.serving) return undefined;
  bundled.serving = true;
  return bundled.kind;
}

/**
 * Offers a resolver to the lane that this thread or process is. Only a lane of a bundle takes it: any other imports `LanePoolOptions.resolver` by its URL.
 *
 * @param name the name by which the resolver is exported
 * @returns whether it is taken, and so this is the lane of a bundle, which goes on to load the whole program
 */
export function offerResolver(name: string, resolve: ResolveLaneJob): boolean {
  bundled?.resolvers.set(name, resolve);
  return bundled !== undefined;
}

/**
 * The resolver for the lane of a bundle; undefined in any other lane.
 *
 * @throws Error when the code that offers it is not loaded with the code of the lane
 */
export function offeredResolver(name: string): ResolveLaneJob | undefined {
  if (bundled === undefined) return undefined;
  const offered = bundled.resolvers.get(name);
  if (offered !== undefined) return offered;
  throw new Error(
    `no module of the bundle that holds the workers of Millrace offers the resolver '${name}': ` +
      'let the bundler put all packages of Millrace into one file, or leave them out of the bundle (esbuild: external: ["@millrace/*"])',
  );
}
