import type { Node } from '../document/node.js';
import { type Declared, declaredOf } from '../document/vars.js';
import type { LoadOptions } from '../loaded.js';
import { quoted } from './imports.js';
import { access, memberName } from './literal.js';

/** Names of the functions that read the environment, none of which an import may have. */
export const readers = ['needed', 'numeric', 'flag'] as const;

/** The vars of a file as an object, and the functions that it takes. A value that a file would refuse is refused there, too. */
export function varsText(node: Node | undefined, { set = {} }: LoadOptions): string {
  const entries = node?.kind === 'map' ? node.entries : [];
  if (entries.length === 0) return '';
  const members = entries
    .map(({ key, value }) => `  ${memberName(key)}: ${varText(declaredOf(value), set[`vars.${key}`])},\n`)
    .join('');
  const used = readers.filter((reader) => members.includes(`${reader}(`)).map((reader) => `\n${texts[reader]}`);
  return `const vars = {\n${members}};\n${used.join('')}`;
}

const texts: Readonly<Record<(typeof readers)[number], string>> = {
  needed: `function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(\`the environment variable \${name} is not set\`);
  return value;
}
`,
  numeric: `function numeric(name: string, fits: (value: number) => boolean, fallback?: number): number {
  const text = process.env[name];
  const value = text === undefined ? fallback : Number(text.trim() || 'none');
  const what = fits === Number.isSafeInteger ? 'an integer' : 'a number';
  if (value === undefined || !fits(value)) throw new Error(\`the environment variable \${name} must be \${what}\`);
  return value;
}
`,
  flag: `function flag(name: string, fallback?: boolean): boolean {
  const text = process.env[name] ?? String(fallback);
  if (text !== 'true' && text !== 'false') throw new Error(\`the environment variable \${name} must be true or false\`);
  return text === 'true';
}
`,
};

function varText({ type, env, fallback, secret }: Declared, set: string | undefined): string {
  // A secret that is set from outside has an environment variable: else it was refused.
  const fixed = (secret ? undefined : set) ?? (env === undefined ? fallback?.value : undefined);
  if (fixed !== undefined && fixed !== null) return type === 'string' || typeof fixed !== 'string' ? plainText(fixed) : fixed;
  const name = plainText(env ?? '');
  const otherwise = fallback === undefined ? undefined : String(fallback.value);
  if (type === 'string') {
    return otherwise === undefined ? `needed(${name})` : `process.env${access(env ?? '')} ?? ${plainText(otherwise)}`;
  }
  const rest = otherwise === undefined ? '' : `, ${otherwise}`;
  if (type === 'boolean') return `flag(${name}${rest})`;
  return `numeric(${name}, ${type === 'integer' ? 'Number.isSafeInteger' : 'Number.isFinite'}${rest})`;
}

/** Not a text with vars in it: the defaults of vars are taken as they stand. */
function plainText(value: string | number | boolean): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}
