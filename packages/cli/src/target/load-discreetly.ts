import type { LoadOptions } from '@millrace/config';
import { redactor } from '../shell/redact.js';
import type { Streams } from '../shell/streams.js';

/**
 * Loads a pipeline file, whose modules may print secrets as soon as they are imported, before anybody knows which texts those are: what is
 * printed meanwhile is told when the file is loaded. When it cannot be loaded its secrets stay unknown: then all that its vars were given from
 * outside is taken for one. What stands in the file itself is not.
 *
 * @param secretsOf what was loaded; undefined when that does not say
 */
export async function loadDiscreetly<Result>(
  options: LoadOptions,
  streams: Streams,
  load: (options: LoadOptions) => Promise<Result>,
  secretsOf: (result: Result) => readonly string[] | undefined,
): Promise<Result> {
  const env = recorded(process.env);
  const guesses = (): string[] => [...env.values(), ...valuesOfVars(options)];
  const guessed = (text: string): string => redactor(guesses())(text);
  streams.printed.hold(guessed);
  const loaded = streams.uncaught.before(() => streams.conceal(guesses()));
  let change = guessed;
  try {
    const result = await load({ ...options, env: env.record });
    const secrets = secretsOf(result);
    if (secrets !== undefined) {
      streams.conceal(secrets);
      change = (text) => text;
    }
    return result;
  } finally {
    loaded();
    streams.printed.release(change);
  }
}

/** `--set vars.day=…` */
function valuesOfVars({ set = {} }: LoadOptions): string[] {
  return Object.entries(set).flatMap(([path, value]) => (path.startsWith('vars.') ? [value] : []));
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, and what has been read of it. */
function recorded(env: Environment): { readonly record: Environment; readonly values: () => string[] } {
  const read = new Set<string>();
  const record = new Proxy(env, {
    get: (target, name) => {
      if (typeof name !== 'string') return undefined;
      read.add(name);
      return target[name];
    },
  });
  return { record, values: () => [...read].flatMap((name) => env[name] ?? []) };
}
