import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Why no Chromium can be had here; undefined when one can. The Debian package is installed when it is missing and that is allowed. */
export function obstacle(): string | undefined {
  try {
    executable();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Starts a Chromium of its own, which knows no host but this one. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

function executable(): string {
  return installed() ?? install();
}

/** The Chromium of the path; Debian calls it `chromium`. */
function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    [...folders, '/usr/bin'].map((folder) => join(folder, name)),
  );
  return candidates.find((file) => existsSync(file));
}

function install(): string {
  if (process.getuid?.() !== 0)
    throw new Error('Chromium is not installed, and only root can install it: apt-get install chromium');
  const args = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  let last = aptGet(args);
  if (last.status !== 0) {
    aptGet(['update']);
    last = aptGet(args);
  }
  const found = last.status === 0 ? installed() : undefined;
  if (found !== undefined) return found;
  const reason = String(last.error ?? last.stderr).trim();
  throw new Error(`Chromium is not installed, and apt-get could not: ${reason.slice(-200)}`);
}

function aptGet(args: readonly string[]): SpawnSyncReturns<string> {
  const settings = ['DPkg::Lock::Timeout=120', 'Acquire::Retries=0', 'Acquire::http::Timeout=20'];
  return spawnSync('apt-get', [...settings.flatMap((setting) => ['-o', setting]), ...args], {
    ...{ env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' },
    ...{ timeout: 300_000, killSignal: 'SIGKILL' },
  });
}
