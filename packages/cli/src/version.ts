import { readFileSync } from 'node:fs';
import { where } from './where.js';

const manifest: { readonly version: string } = JSON.parse(readFileSync(where.manifest, 'utf8'));

/** Of this package, and so of all of Millrace: they are released together. */
export const { version } = manifest;
