import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/**
 * A PostgreSQL server of its own, in a temporary folder, on a unix socket there. `url` is that of its superuser; everybody else is let in
 * too, except the role `locked`, which needs its password.
 */
export class PostgresServer {
  readonly folder: string;
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #admin: pg.Client;
  readonly #onExit: () => void;

  private constructor(folder: string, process: ChildProcess, admin: pg.Client, onExit: () => void) {
    this.folder = folder;
    this.url = urlOf(folder);
    this.#process = process;
    this.#admin = admin;
    this.#onExit = onExit;
  }

  /** @throws when there is no PostgreSQL: see {@link obstacle} */
  static async start(): Promise<PostgresServer> {
    const { bin, owner } = installed();
    const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'));
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
    const cluster = join(folder, 'data');
    const made = spawnSync(join(bin, 'initdb'), ['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
      ...owner,
      cwd: folder,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr ?? made.error}`);
    writeFileSync(
      join(cluster, 'pg_hba.conf'),
      'local all locked scram-sha-256\nlocal all all trust\nhost all all 127.0.0.1/32 trust\n',
    );
    const args = ['-D', cluster, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=50'];
    const server = spawn(join(bin, 'postgres'), args, { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const onExit = () => server.kill('SIGINT');
    process.once('exit', onExit);
    await ready(server);
    const admin = new pg.Client({ connectionString: urlOf(folder) });
    await admin.connect();
    return new PostgresServer(folder, server, admin, onExit);
  }

  /** The rows of a statement of the superuser, as the driver gives them. */
  async query<Row extends object = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    // Simple protocol where there are no values, so that a text may hold several statements.
    const result = await (values.length === 0 ? this.#admin.query(text) : this.#admin.query(text, [...values]));
    return result.rows;
  }

  /** Runs statements in a transaction of another session, which stays open until `release`. */
  async hold(text: string): Promise<{ readonly release: () => Promise<void> }> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'holder' });
    await client.connect();
    await client.query(`begin; ${text}`);
    return { release: () => client.end() };
  }

  /** Ends the sessions that `sessions` tells of. */
  async endSessions(): Promise<void> {
    await this.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`);
  }

  /** Connections but that of this object, and those that hold. */
  async sessions(): Promise<{ pid: number; state: string; query: string }[]> {
    return this.query(`select pid, state, query from pg_stat_activity where ${others}`);
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    await this.#admin.end();
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGINT');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const others = "backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'holder'";

/** Why no server can be had here; undefined when one can. The Debian package is installed when it is missing and that is allowed. */
export function obstacle(): string | undefined {
  try {
    installed();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Folder of the programs, and whom they run as, when not as us. */
interface Installation {
  readonly bin: string;
  readonly owner: Owner | undefined;
}

const versions = '/usr/lib/postgresql';

function installed(): Installation {
  const isRoot = process.getuid?.() === 0;
  const bin = installedPrograms() ?? install(isRoot);
  // A server refuses to run as root.
  return { bin, owner: isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : undefined };
}

/** Folder of the programs, when they are installed: the newest Debian package, else what the path has. */
export function installedPrograms(): string | undefined {
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = found.map((version) => join(versions, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (debian !== undefined) return debian;
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const bin = status === 0 ? stdout.trim() : undefined;
  return bin !== undefined && existsSync(join(bin, 'initdb')) ? bin : undefined;
}

function install(isRoot: boolean): string {
  if (!isRoot) throw new Error('PostgreSQL is not installed, and only root can install it: apt-get install postgresql');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Test files that start at the same time wait for each other.
  const args = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', 'postgresql'];
  let last = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (last.status !== 0) {
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'update'], { env });
    last = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  }
  const bin = last.status === 0 ? installedPrograms() : undefined;
  if (bin !== undefined) return bin;
  throw new Error(
    `PostgreSQL is not installed, and apt-get could not: ${String(last.error ?? last.stderr)
      .trim()
      .slice(-200)}`,
  );
}

function idOf(flag: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('PostgreSQL refuses to run as root, and there is no user "postgres" to run it as');
  return Number(stdout);
}

function urlOf(folder: string): string {
  return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
}

/** The server says when it takes connections. */
function ready(server: ChildProcess): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said.join('\n')}`)));
    // Read to the end: a server whose pipe is full would wait.
    createInterface({ input: server.stderr! }).on('line', (line) => {
      if (said.length < 50) said.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
  });
}
