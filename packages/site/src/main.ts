import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSite } from './build.js';
import { brokenLinkText, checkLinks } from './link-check.js';

// `npm run docs`: builds docs/site and follows its links. Anything that is wrong is an error, unless `--lenient` is given.
const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values } = parseArgs({ options: { lenient: { type: 'boolean', default: false } } });
const out = join(root, 'docs', 'site');

const faults = await buildSite(root, out);
const { pages, links, broken } = checkLinks(out);
for (const link of broken) console.error(brokenLinkText(link));
console.log(`${relative(process.cwd(), out)}: ${pages} pages, ${links} links, ${broken.length} of them broken; ${faults} faults`);
if (faults + broken.length > 0 && !values.lenient) process.exitCode = 1;
