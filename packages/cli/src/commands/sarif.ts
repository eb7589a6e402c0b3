import { pathToFileURL } from 'node:url';
import type { Problem } from '@millrace/config';
import { version } from '../version.js';

/** Problems as a SARIF 2.1.0 log, which code hosts show beside the lines. */
export function sarif(problems: readonly Problem[]): object {
  const rules = [...new Set(problems.map(({ rule }) => rule))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      { tool: { driver: { name: 'millrace', version, rules } }, columnKind: 'utf16CodeUnits', results: problems.map(result) },
    ],
  };
}

function result({ file, line, column, length, severity, rule, message, hint }: Problem): object {
  return {
    ruleId: rule,
    level: severity,
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: pathToFileURL(file).href },
          region: { startLine: line, startColumn: column, endColumn: column + length },
        },
      },
    ],
  };
}
