// Copies the two files of msgpackr that the codec needs into dist/vendor. As a dependency msgpackr would bring msgpackr-extract,
// which has an install script; nobody who installs Millrace should have to run one. See docs/decisions/0002-vendored-msgpackr.md.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const from = dirname(dirname(require.resolve('msgpackr')));
const to = fileURLToPath(new URL('../dist/vendor/msgpackr/', import.meta.url));

mkdirSync(to, { recursive: true });
for (const file of ['pack.js', 'unpack.js', 'LICENSE']) copyFileSync(join(from, file), join(to, file));
writeFileSync(join(to, 'index.js'), "export { Packr, RESET_BUFFER_MODE } from './pack.js';\n");
