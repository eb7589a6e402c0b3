import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { obstacle, PostgresServer } from './server.fixture.js';

/**
 * Tests that need a server, which is given by a function, as it starts before the first of them. Where none can be had they are skipped,
 * with the reason in the name, or fail when `CI` or `MILLRACE_REQUIRE_POSTGRES` is set.
 */
export function describeWithPostgres(name: string, tests: (server: () => PostgresServer) => void): void {
  const reason = obstacle();
  if (reason !== undefined) {
    const told = `DID NOT RUN: ${name}: ${reason}`;
    if (isRequired()) {
      test(told, () => {
        throw new Error(`${told} (and CI or MILLRACE_REQUIRE_POSTGRES is set)`);
      });
    } else {
      process.stderr.write(`${told}\n`);
      test.skip(told, () => undefined);
    }
    return;
  }
  describe(name, () => {
    let server: PostgresServer | undefined;
    beforeAll(async () => {
      server = await PostgresServer.start();
    });
    afterAll(() => server?.stop());
    tests(() => server!);
    test('leaves no connection open', async () => {
      await until(async () => (await server!.sessions()).length === 0);
      expect(await server!.sessions()).toEqual([]);
    });
  });
}

/** Resolves when the condition holds; asks again and again, for as long as the test has. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isRequired(): boolean {
  return ['CI', 'MILLRACE_REQUIRE_POSTGRES'].some((name) => !['', '0', 'false', undefined].includes(process.env[name]));
}
