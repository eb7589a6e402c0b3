import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tarball } from './tarball.js';

/**
 * A registry of the tarballs alone. A project whose `.npmrc` names it for the scope `@millrace` takes these packages from it and all others from
 * where it always does, so that `npm install @millrace/core` is run as it is written, and versions are chosen as for a published package.
 * Rejected: tarballs by `file:` paths, beside which npm would still ask the real registry for what a new project's package.json names.
 */
export class ScopeRegistry {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async serve(tarballs: readonly Tarball[]): Promise<ScopeRegistry> {
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '').slice(1);
      const named = tarballs.find(({ manifest }) => manifest.name === path);
      const wanted = tarballs.find(({ filename }) => path === `-/${filename}`);
      if (named !== undefined)
        response.end(JSON.stringify(packument(named, `http://${request.headers.host}/-/${named.filename}`)));
      else if (wanted !== undefined) readFile(wanted.file).then((bytes) => response.end(bytes), response.destroy.bind(response));
      else response.writeHead(404).end('{}');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new ScopeRegistry(server);
  }

  /** An `.npmrc` of a project that takes the packages from here. */
  get npmrc(): string {
    return `@millrace:registry=${this.url}\n`;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What a registry tells of a package (npm's "package metadata"). */
function packument({ manifest, integrity, shasum }: Tarball, tarball: string): object {
  const { name, version } = manifest;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity, shasum } } },
  };
}
