import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { version } from '../version.js';
import { sarif } from './sarif.js';

test('a problem is a result with its rule, level, place and hint', () => {
  const place = { file: '/p/orders.yaml', line: 6, column: 5, length: 4 };
  const problem = {
    ...place,
    severity: 'error',
    rule: 'unknown-option',
    message: 'no "uses"',
    hint: 'did you mean "use"?',
  } as const;
  expect(sarif([problem, { ...problem, severity: 'warning' }])).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'millrace', version, rules: [{ id: 'unknown-option' }] } },
        columnKind: 'utf16CodeUnits',
        results: [
          {
            ruleId: 'unknown-option',
            level: 'error',
            message: { text: 'no "uses" (did you mean "use"?)' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: pathToFileURL('/p/orders.yaml').href },
                  region: { startLine: 6, startColumn: 5, endColumn: 9 },
                },
              },
            ],
          },
          { level: 'warning' },
        ],
      },
    ],
  });
});
