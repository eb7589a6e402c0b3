import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgres } from '@millrace/connectors';
import { live, rejection, TestFolder } from '../file/folder.fixture.js';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(packageFolder, '../../node_modules');

describe('the package of postgres', () => {
  const folder = new TestFolder();
  afterAll(() => folder.remove());

  test('where it is not installed, the error has the command that installs it, and all else works', () => {
    const installed = folder.file('node_modules/@millrace/connectors');
    cpSync(join(packageFolder, 'dist'), join(installed, 'dist'), { recursive: true });
    cpSync(join(packageFolder, 'package.json'), join(installed, 'package.json'));
    const { dependencies } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { dependencies: object };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(folder.file(`node_modules/${name}`)), { recursive: true });
      symlinkSync(join(modules, name), folder.file(`node_modules/${name}`));
    }
    const program = `
      import { postgres } from '@millrace/connectors';
      const signal = new AbortController().signal;
      const source = postgres.read('postgres://me:s3cret@127.0.0.1:1/db', { query: 'select 1' });
      const sink = postgres.write('postgres://me:s3cret@127.0.0.1:1/db', { table: 't' });
      for (const attempt of [() => source.check({ signal }), () => sink.open({ signal })])
        await attempt().catch((error) => console.log(JSON.stringify([error.code, error.command, error.message])));`;
    writeFileSync(folder.file('program.mjs'), program);
    const output = execFileSync(process.execPath, [folder.file('program.mjs')], { encoding: 'utf8' });
    const command = 'npm install pg';
    const why = (connector: string) => `${connector} needs the package pg, which is not installed here: ${command}`;
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      ['ERR_MISSING_PACKAGE', command, why('postgres.read')],
      ['ERR_MISSING_PACKAGE', command, why('postgres.write')],
    ]);
  });

  test('types that are published do not need it', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, 'utf8');
      expect([file, ...text.matchAll(/from 'pg'/g)]).toEqual([file]);
      for (const [, path] of text.matchAll(/from '(\..*?)\.js'/g)) visit(join(dirname(file), `${path}.d.ts`));
    };
    visit(join(packageFolder, 'dist/index.d.ts'));
    expect([...seen].filter((file) => file.includes('postgres')).every((file) => existsSync(file))).toBe(true);
    expect(seen.size).toBeGreaterThan(5);
  });
});

describe('a server that takes a connection and says nothing', () => {
  let silent: Server;
  let url: string;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    url = `postgres://me:s3cret@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/db`;
  });
  afterAll(() => new Promise((resolve) => silent.close(resolve)));

  test('is not waited for longer than connectTimeoutMs', async () => {
    const options = { connectTimeoutMs: 50 };
    for (const attempt of [
      postgres.read(url, { query: 'select 1', ...options }).check!({ signal: live() }),
      postgres.write(url, { table: 't', ...options }).open({ signal: live() }),
    ]) {
      const error = await rejection(attempt);
      expect(error).toMatchObject({ code: 'ERR_POSTGRES', unreachable: true });
      expect(String(error)).toContain('no connection within the time of "connectTimeoutMs"');
    }
  });

  test('is left at an abort', async () => {
    const controller = new AbortController();
    const connected = new Promise((resolve) => silent.once('connection', resolve));
    const pending = rejection(postgres.write(url, { table: 't' }).open({ signal: controller.signal }));
    await connected;
    controller.abort('enough');
    expect(await pending).toBe('enough');
  });
});
