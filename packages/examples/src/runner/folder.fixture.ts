import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';

/** A folder of its own for each test of the file that asks for it. */
export interface Folder {
  readonly path: () => string;
  readonly text: (name: string) => Promise<string>;
  /** The values of an NDJSON file. */
  readonly rows: <Row>(name: string) => Promise<Row[]>;
}

export function useFolder(): Folder {
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'millrace-example-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));
  const text = (name: string): Promise<string> => readFile(join(path, name), 'utf8');
  return {
    path: () => path,
    text,
    rows: async <Row>(name: string) =>
      (await text(name))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row),
  };
}
