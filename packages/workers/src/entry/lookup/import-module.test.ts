import { describe, expect, test } from '@jest/globals';
import { ImportError, importModule } from './import-module.js';

const here = (name: string): string => new URL(name, import.meta.url).href;

async function refusal(url: string): Promise<ImportError> {
  const error: unknown = await importModule(url).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ImportError);
  return error as ImportError;
}

// That TypeScript is loaded in workers is seen by programs, in the end-to-end tests of core: loaders are not jest's affair.
describe('importModule', () => {
  test('gives what the module exports, the same for the same URL', async () => {
    const exports = await importModule(here('../../errors.js'));
    expect(Object.keys(exports)).toContain('MillraceError');
    expect(await importModule(here('../../errors.js'))).toBe(exports);
  });

  test('tells what the module throws, with it as the cause', async () => {
    const url = here('../../lanes/throwing-module.fixture.js');
    const error = await refusal(url);
    expect(error).toMatchObject({ name: 'ImportError', code: 'ERR_IMPORT', cause: expect.any(Error) });
    expect(error.message).toBe(`could not import ${url}: thrown at top level`);
  });

  test('tells of a module that is not there', async () => {
    const error = await refusal(here('./absent.js'));
    expect(error.message).toContain(`could not import ${here('./absent.js')}: `);
    expect(error.message).not.toContain('TypeScript');
  });
});
