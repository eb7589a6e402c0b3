import type { Client, ClientConfig } from 'pg';
import { missingPackage } from '../missing-package.js';

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
    throw missingPackage(connector, ['pg'], error);
  }
}
