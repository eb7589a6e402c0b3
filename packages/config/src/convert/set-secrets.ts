import { Findings } from '../check/findings.js';
import { originOf } from '../check/origins.js';
import { itemsOf, memberOf, type Node, type Span } from '../document/node.js';
import { declaredOf } from '../document/vars.js';
import { ConfigError } from '../errors.js';
import type { LoadedConfig } from '../loaded.js';

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
