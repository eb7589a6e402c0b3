import { Findings } from '../check/findings.js';
import { originOf } from '../check/origins.js';
import { itemsOf, memberOf, type Node, type Span } from '../document/node.js';
import { declaredOf } from '../document/vars.js';
import { ConfigError } from '../errors.js';
import type { LoadedConfig } from '../loaded.js';
import { quoted } from './imports.js';

/** Shorter texts are parts of much that is no secret. */
const MIN_PART = 4;

/**
 * Sees to it that no secret that was set from outside has to stand in a module: a var must have an environment variable to read it from, and
 * an option a var.
 *
 * @throws ConfigError
 */
export function refuseSetSecrets(loaded: LoadedConfig): void {
  const { source, options, text } = originOf(loaded)!;
  const findings = new Findings(loaded.file, text);
  const vars = memberOf(source, 'vars');
  for (const { key, keySpan, value } of vars?.kind === 'map' ? vars.entries : []) {
    const { env, secret } = declaredOf(value);
    if (secret && env === undefined && options.set?.[`vars.${key}`] !== undefined) {
      findings.add('set-secret', keySpan, `the secret "${key}" is set from outside, and a module must not hold it`, {
        hint: `let the module read it from the environment: ${key}: { env: ${key.toUpperCase()}, secret: true }`,
      });
    }
  }
  for (const span of setSecrets(source, new Set(loaded.secrets))) {
    findings.add('set-secret', span, 'a secret is set here from outside, and a module must not hold it', {
      hint: `declare a var for it (token: { env: TOKEN, secret: true }), and write "\${token}" here`,
    });
  }
  if (findings.failed) throw new ConfigError(findings.problems, text);
}

/** Where values that were set from outside are secrets as they stand. */
function setSecrets(node: Node, secrets: ReadonlySet<string>): readonly Span[] {
  if (node.kind === 'list') return itemsOf(node).flatMap((item) => setSecrets(item, secrets));
  if (node.kind === 'map') return node.entries.flatMap(({ value }) => setSecrets(value, secrets));
  return node.origin === '--set' && typeof node.value === 'string' && secrets.has(node.value) ? [node.span] : [];
}

/**
 * Sees to it that a module holds none that came about in another way: in a part of a text, or by a var that does not say that it is secret.
 *
 * @param module its text
 * @throws ConfigError
 */
export function refuseHeldSecrets(loaded: LoadedConfig, module: string): void {
  const { source, options, written, text } = originOf(loaded)!;
  const findings = new Findings(loaded.file, text);
  const hint = 'let a var read it from the environment (token: { env: TOKEN, secret: true }), and convert without setting it';
  for (const [path, value] of Object.entries(options.set ?? {})) {
    // What vars give is not from outside.
    const parts = value.split(/\$\{[^}]*\}/).map((part) => part.trim());
    const held = parts.some((part) => part.length >= MIN_PART && isPartOf(part, loaded.secrets) && isNew(part, module, written));
    if (held)
      findings.add('set-secret', source.span, `a secret is set from outside by ${path}, and a module must not hold it`, { hint });
  }
  if (!findings.failed && loaded.secrets.some((secret) => isNew(quoted(secret), module, written) && !written.includes(secret))) {
    findings.add('set-secret', source.span, 'a secret that is set from outside would stand in the module', { hint });
  }
  if (findings.failed) throw new ConfigError(findings.problems, text);
}

function isPartOf(part: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => secret.includes(part));
}

function isNew(part: string, module: string, file: string): boolean {
  return module.includes(part) && !file.includes(part);
}
