import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { publicPackages } from './entry-points.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const entryPoints = publicPackages(root).flatMap((each) => each.entryPoints);

test('all that is published and can be imported is found', () => {
  expect(entryPoints.map(({ specifier }) => specifier).sort()).toEqual([
    '@millrace/cli/console',
    '@millrace/config',
    '@millrace/connectors',
    '@millrace/connectors/testing',
    '@millrace/core',
    '@millrace/core/options',
    '@millrace/core/testing',
    '@millrace/workers',
  ]);
});

test('each has its source', () => {
  expect(entryPoints.filter(({ file }) => !existsSync(file))).toEqual([]);
});
