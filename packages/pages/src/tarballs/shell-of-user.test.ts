import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { environmentOfUser, Shell } from './shell-of-user.js';

test('a user has the way to the registry, and no other setting and no command of the clone', () => {
  const env = environmentOfUser('/clone', {
    PATH: ['/clone/node_modules/.bin', '/usr/bin'].join(delimiter),
    HOME: '/home/somebody',
    npm_config_registry: 'https://example.org/',
    NPM_CONFIG_CACHE: '/cache',
    'npm_config_//example.org/:_authToken': 'secret',
    npm_config_noproxy: 'example.net',
    NO_PROXY: 'localhost',
    npm_config_offline: 'true',
    npm_config_ignore_scripts: 'true',
    npm_config_local_prefix: '/clone',
    npm_package_name: 'millrace',
    NODE_ENV: 'test',
    NODE_OPTIONS: '--import tsx',
  });
  expect(env).toEqual({
    PATH: [dirname(process.execPath), '/usr/bin'].join(delimiter),
    HOME: '/home/somebody',
    npm_config_registry: 'https://example.org/',
    NPM_CONFIG_CACHE: '/cache',
    'npm_config_//example.org/:_authToken': 'secret',
    NO_PROXY: 'localhost',
    npm_config_noproxy: 'example.net,localhost,127.0.0.1',
    ...{ NO_COLOR: '1', npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
  });
});

test('a command gives what it printed, or an error that tells it and how it ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-shell-'));
  try {
    const shell = new Shell(join(folder, 'project'), { PATH: process.env.PATH }, 10_000);
    expect(await shell.run('echo one; exit 2', 2)).toBe('one\n');
    await expect(shell.run('echo two | cat; false; echo three')).rejects.toThrow(/ended with exit code 1, not 0:\ntwo\n$/);
    await expect(shell.beside('other').run('pwd')).resolves.toBe(`${join(folder, 'other')}\n`);
    const hasty = new Shell(join(folder, 'hasty'), shell.env, 50);
    await expect(hasty.run('sleep 60')).rejects.toThrow('had not ended after 0.05 s');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
