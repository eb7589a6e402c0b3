/** Where the manifest of this package lies. In dist/main, `where-in-bundle.ts` stands for this. */
export const where = { manifest: new URL('../package.json', import.meta.url) } as const;
