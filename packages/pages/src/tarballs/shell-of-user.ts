import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { runChild } from '../child.js';

class ShellError extends Error {}

/** Ways to the registry, which a machine may need; nothing else that npm was told for the clone holds for a user's project. */
const connection =
  /^npm_config_(registry|(https?_?)?proxy|ca|cafile|cache|userconfig|globalconfig|strict_ssl|fetch_\w+|\/\/.+)$/i;

/** The environment of somebody who has no clone: neither its commands nor its settings. */
export function environmentOfUser(root: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => connection.test(name) || !/^npm_|^(FORCE_COLOR|NODE_OPTIONS|NODE_PATH|NODE_ENV|INIT_CWD)$/i.test(name),
  );
  const outside = (env.PATH ?? '').split(delimiter).filter((folder) => relative(root, folder).startsWith('..'));
  const noProxy = [env.npm_config_noproxy, env.NPM_CONFIG_NOPROXY, env.NO_PROXY, env.no_proxy, '127.0.0.1']
    .filter(Boolean)
    .join(',');
  return {
    ...Object.fromEntries(kept),
    // The registry of the tarballs is on this machine, where no proxy finds it.
    npm_config_noproxy: noProxy,
    PATH: [dirname(process.execPath), ...outside].join(delimiter),
    ...{ NO_COLOR: '1', npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
  };
}

/** A folder in which commands are run as a user types them. */
export class Shell {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #limitMs: number;
  #commands = 0;

  constructor(folder: string, env: NodeJS.ProcessEnv, limitMs: number) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.env = env;
    this.#limitMs = limitMs;
  }

  beside(name: string): Shell {
    return new Shell(join(dirname(this.folder), name), this.env, this.#limitMs);
  }

  /** @returns what was printed @throws {ShellError} when it ends by another exit code */
  async run(command: string, exit = 0): Promise<string> {
    const ended = await runChild('bash', ['-e', '-o', 'pipefail', '-c', command], {
      ...{ cwd: this.folder, env: this.env, limitMs: this.#limitMs },
      log: `${this.folder}.${++this.#commands}.log`,
    });
    if (ended.exit === exit && !ended.killed) return ended.printed;
    const how = ended.killed
      ? `had not ended after ${this.#limitMs / 1000} s`
      : `ended with exit code ${ended.exit}, not ${exit}`;
    throw new ShellError(`\`${command}\` ${how}:\n${ended.printed}`);
  }
}
