// `npm run check`: everything that can be judged without running the product. All steps run, then the verdict.
import { spawnSync } from 'node:child_process';

const steps = [
  ['lint and format', 'check:format'],
  ['types and build', 'build'],
  ['unused files, exports and dependencies', 'check:unused'],
  ['layers and cycles', 'check:layers'],
  ['lock file', 'check:lock'],
  ['no install scripts for users', 'check:install-scripts'],
  ['options page', 'check:options'],
  ['keys and schema of pipeline files', 'check:files'],
];

const failed = [];
for (const [name, script] of steps) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { encoding: 'utf8' });
  const ok = status === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) {
    failed.push(name);
    console.log(stdout + stderr);
  }
}
console.log(
  failed.length === 0
    ? `${steps.length} checks passed`
    : `${failed.length} of ${steps.length} checks failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
