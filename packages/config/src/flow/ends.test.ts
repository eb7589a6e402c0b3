import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { sinkOf } from './ends.js';

const code = { modules: new Map(), rxjs: undefined };

test('G19 a sink that is given a name still tells which file it replaces', () => {
  const spec = { connector: 'ndjson', options: { path: 'out.ndjson' } };
  expect(sinkOf(spec, code)).toMatchObject({ name: 'ndjson', target: resolve('out.ndjson') });
  expect(sinkOf({ ...spec, name: 'orders' }, code)).toMatchObject({ name: 'orders', target: resolve('out.ndjson') });
});
