import { type ExecFileException, execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { main } from './command-line.js';
import { examples } from './examples.js';

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, { print: (line) => out.push(line), tell: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('the runner', () => {
  test.each([[[]], [['--help']]])('%j lists all examples by name and summary', async (args) => {
    const { code, out, err } = await run(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const text = out.replaceAll(/\s+/g, ' ');
    for (const { name, summary } of examples) expect(text).toContain(` ${name} ${summary}`);
  });

  test('an example runs with what is given, the rest as it is by --short', async () => {
    const { code, out, err } = await run('sleepers', '--short', '--tasks', '2');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/task 2 begins[\s\S]*2 × 0\.005 s of sleep/);
  });

  test('help of an example tells its options with their values at full size', async () => {
    const { code, out } = await run('sleepers', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/--tasks <number> +tasks that sleep \(5\)\n +--ms <number> +how long each sleeps, in ms \(2000\)/);
  });

  test.each([
    [['slepers'], 'Did you mean sleepers?'],
    [['sleepers', '--taks', '3'], 'Did you mean --tasks?'],
    [['sleepers', '--tasks', '0'], 'It must be a whole number of at least 1.'],
    [['sleepers', '--tasks', '1e3'], 'It must be a whole number of at least 1.'],
    [['sleepers', 'fast'], 'too many arguments'],
  ])('%j is refused with exit code 64 and a word of advice', async (args, advice) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(advice);
  });

  test('an example that fails is told in a line, with exit code 1', async () => {
    expect(await run('compare', '--short', '--jobs', 'nothing')).toEqual({
      code: 1,
      out: '',
      err: '--jobs: there is no job "nothing"; there are io, cpu, mixed',
    });
  });

  // Programs take long to start on a machine that is busy.
  const limitMs = 120_000;

  /** The runner as a program of its own: some examples set the exit code, or read the arguments. */
  const program = (...args: readonly string[]): Promise<unknown> => {
    const bin = fileURLToPath(new URL('../../bin/millrace-examples.js', import.meta.url));
    return promisify(execFile)(process.execPath, [bin, ...args]).catch((error: ExecFileException) => error);
  };

  test(
    'a run of a pipeline that fails is told in a line, with exit code 1',
    async () => {
      const failed = await program('csv-clean-up', '--short', '--contacts', 'nowhere.csv', '--folder', tmpdir());
      expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^[^\n]*"nowhere\.csv"[^\n]*\n$/) });
    },
    limitMs,
  );

  test(
    'an example that is a program gets all its arguments, and its exit code is that of the runner',
    async () => {
      expect(await program('airports', '--help')).toMatchObject({
        stdout: expect.stringContaining('--zipcodes PATH'),
        stderr: '',
      });
      expect(await program('flights', '--wrokers', '2')).toMatchObject({
        code: 64,
        stdout: '',
        stderr: expect.stringMatching(/^Unknown option/),
      });
    },
    limitMs,
  );
});
