import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { obstacle } from './chromium.fixture.js';
import { Reader } from './reader.fixture.js';

/**
 * Tests that need a browser, given by a function, as it starts before the first of them. Where none can be had they are skipped, with the
 * reason in the name, or fail when `CI` or `MILLRACE_REQUIRE_CHROMIUM` is set.
 */
export function describeWithReader(name: string, folder: string, tests: (reader: () => Reader) => void): void {
  const reason = obstacle();
  if (reason !== undefined) {
    const told = `DID NOT RUN: ${name}: ${reason}`;
    if (isRequired()) {
      test(told, () => {
        throw new Error(`${told} (and CI or MILLRACE_REQUIRE_CHROMIUM is set)`);
      });
    } else {
      process.stderr.write(`${told}\n`);
      test.skip(told, () => undefined);
    }
    return;
  }
  describe(name, () => {
    let reader: Reader | undefined;
    beforeAll(async () => {
      reader = await Reader.start(folder);
    });
    afterAll(() => reader?.end());
    tests(() => reader!);
  });
}
function isRequired(): boolean {
  return ['CI', 'MILLRACE_REQUIRE_CHROMIUM'].some((name) => !['', '0', 'false', undefined].includes(process.env[name]));
}
