import { existsSync, realpathSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * What programs and shell lines of pages are run with: the commands of the clone, by their names and by npx, and no registry to
 * install others from.
 */
export async function environmentOf(root: string, folder: string): Promise<NodeJS.ProcessEnv> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const commands = join(root, 'node_modules', '.bin');
  await symlink(process.execPath, join(folder, 'node'));
  await writeFile(join(folder, 'npx'), npx(commands));
  await writeFile(join(folder, 'npm'), npm(root));
  for (const name of ['npx', 'npm']) await chmod(join(folder, name), 0o755);
  // What npm has told this program is not meant for programs of pages.
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^(FORCE_COLOR|NODE_OPTIONS|INIT_CWD)$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    ...{ PATH: [folder, commands, process.env.PATH].join(delimiter), NO_COLOR: '1' },
    // Offline, npm installs from its cache; this one is empty.
    ...{ npm_config_offline: 'true', npm_config_cache: join(folder, 'cache'), npm_config_update_notifier: 'false' },
  };
}

/** npx takes half a second to find what is there, and looks elsewhere for what is not. */
function npx(commands: string): string {
  return `#!/bin/sh
case "$1" in -y | --yes) shift ;; esac
name=$1
shift
if [ -x "${commands}/$name" ]; then exec "${commands}/$name" "$@"; fi
echo "npx $name: no package of this clone has that command" >&2
exit 127
`;
}

/**
 * Scripts of npm build first. What is built is at work in the programs of other pages, and must not be written anew.
 * What npm itself says of scripts of the clone (`> millrace@0.1.0 examples`) no page shows.
 */
function npm(root: string): string {
  return `#!/bin/sh
case "$*" in 'run build' | 'run --silent build') exit 0 ;; esac
if [ "$1" = run ] && [ "$(pwd -P)" = '${realpathSync(root)}' ]; then exec "${installedNpm()}" --silent "$@"; fi
exec "${installedNpm()}" "$@"
`;
}

/** That of Node.js, not one that a package of the clone brings. */
function installedNpm(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  const found = folders.map((path) => join(path, 'npm')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('npm is not in the PATH; it comes with Node.js');
  return found;
}
