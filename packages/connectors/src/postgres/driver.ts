import type { Client, ClientConfig } from 'pg';
import { MissingPackageError } from '../errors.js';

/** What this connector takes of its optional packages. */
export interface Driver {
  readonly Client: new (config: ClientConfig) => Client;
}

/** @throws MissingPackageError */
export async function loadDriver(connector: string): Promise<Driver> {
  try {
    const { default: pg } = await import('pg');
    return { Client: pg.Client };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // What Node says for a package that is not there; anything else is a package that is there and broken.
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new MissingPackageError(connector, ['pg'], { cause: error });
    }
    throw error;
  }
}
