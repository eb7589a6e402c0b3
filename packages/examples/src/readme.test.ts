import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

// That it does what it says is seen by `npm run check:pages`.
describe('README', () => {
  test('the example is short', () => {
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    const lines = example.split('\n').filter((line) => line !== '').length;
    expect(lines).toBeGreaterThan(5);
    expect(lines).toBeLessThanOrEqual(15);
  });

  test('it names the two commands of a newcomer', () => {
    expect(readme).toContain('npm ci && npm run demo');
    expect(readme).toContain('npm cit');
  });
});
