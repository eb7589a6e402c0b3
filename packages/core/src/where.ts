/** Where lie what lanes load of core first: file by file, and as one. In bundles, `where-in-bundle.ts` stands for this. */
export const where = {
  resolve: new URL('./lane/resolve.js', import.meta.url),
  compactLane: new URL('./compact/lane.js', import.meta.url),
} as const;
