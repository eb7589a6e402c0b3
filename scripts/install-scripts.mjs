// Fails when installing @millrace/core, or another published package, would run an install script of any dependency. An optional peer
// is not installed with it: its user chose it.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const published = Object.entries(packages).filter(([path]) => /^packages\/[^/]+$/.test(path) && !isPrivate(path));

function isPrivate(path) {
  return JSON.parse(readFileSync(new URL(`../${path}/package.json`, import.meta.url), 'utf8')).private === true;
}

/** Where npm has put dependency `name` of the package at `path`: the nearest node_modules upwards. */
function located(path, name) {
  for (let at = path; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[candidate] !== undefined) return packages[candidate].link ? packages[candidate].resolved : candidate;
    if (at === '') return undefined;
  }
}

const seen = new Set();
const offenders = [];
function walk(path, chain) {
  if (seen.has(path)) return;
  seen.add(path);
  const entry = packages[path];
  if (entry.hasInstallScript) offenders.push(chain.join(' > '));
  const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies };
  for (const name of Object.keys(wanted)) {
    if (entry.peerDependenciesMeta?.[name]?.optional) continue;
    const found = located(path, name);
    if (found !== undefined) walk(found, [...chain, name]);
  }
}

for (const [path, { name }] of published) walk(path, [name ?? path]);
for (const chain of offenders) console.error(`install script: ${chain}`);
console.log(`${seen.size} packages looked at, ${offenders.length} with an install script`);
process.exitCode = offenders.length === 0 ? 0 : 1;
