import { readFileSync } from 'node:fs';

const manifest: { readonly version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Of this package, and so of all of Millrace: they are released together. */
export const { version } = manifest;
