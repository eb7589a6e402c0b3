// Checks pipeline files and runs their cases, in a process of its own: the modules of the docs are TypeScript.
import { checkConfig, formatProblem, testConfig } from '@millrace/config';

const found = [];
for (const file of process.argv.slice(2)) {
  const { problems, text, loaded } = await checkConfig(file, { env: {} });
  const results = loaded === undefined ? [] : await testConfig(loaded);
  const failed = results.filter(({ passed }) => !passed).map(({ name, differences }) => `${name}: ${differences.join('; ')}`);
  found.push({ problems: problems.map((problem) => formatProblem(problem, text)), cases: results.length, failed });
}
process.stdout.write(JSON.stringify(found));
