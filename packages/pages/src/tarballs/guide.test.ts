import { expect, test } from '@jest/globals';
import { readPage } from '../page.js';
import { asUserPlays } from './guide.js';

const npmrc = '@millrace:registry=http://127.0.0.1:1/\n';
const guide = (comment: string) => `<!-- ${comment} -->\n\`\`\`sh\nnpm install @millrace/core\n\`\`\`\n\n\`\`\`sh\nls\n\`\`\`\n`;
const play = (comment: string) => asUserPlays(readPage('guide.md', guide(comment)), npmrc);

test('what is said to be run by the test of packages is run, in a project that finds the tarballs', () => {
  const { steps, problems } = play('checked elsewhere: npm run test:packages');
  expect(steps).toMatchObject([
    { kind: 'write', name: '.npmrc', text: npmrc },
    { kind: 'shell', text: 'npm install @millrace/core\n', line: 3 },
    { kind: 'shell', text: 'ls\n' },
  ]);
  expect(problems).toEqual([]);
});

test('what others check is left to them, and a guide of which nothing is installed is wrong', () => {
  const { steps, problems } = play('checked elsewhere: npm run demo');
  expect(steps.map(({ kind }) => kind)).toEqual(['write', 'elsewhere', 'unrun', 'shell']);
  expect(problems).toMatchObject([{ page: 'guide.md', text: expect.stringContaining('npm run test:packages') }]);
});
