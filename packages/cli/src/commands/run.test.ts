import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder, moduleText } from '../program.fixture.js';

const folder = new Folder();

beforeAll(async () => {
  await folder.write('p.mjs', moduleText);
  await folder.write('in.ndjson', '{"id":1}\n{"id":2}\n');
  await folder.write('broken.mjs', 'export const = 3;');
  await folder.write('throws.mjs', 'const none = undefined;\nnone.of.it();');
  await folder.write(
    'plan.mjs',
    `import { flow, pipeline } from '@millrace/core'; export const p = pipeline(import.meta, 'p', () => 3);`,
  );
});
afterAll(() => folder.remove());

/** A port of this machine that refuses. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the exit code of a run', () => {
  test('is 0 when all was delivered, and stdout holds the data and nothing else', async () => {
    const { code, out, err } = await folder.run(['run', 'p.mjs#numbers']);
    expect({ code, out }).toEqual({ code: 0, out: '0\n1\n4\n' });
    expect(err).toContain('numbers  completed in');
    expect(err).toContain('3 read, 3 delivered');
    expect(err).toContain('the counts reconcile');
    expect(stripVTControlCharacters(err)).toBe(err);
  });

  test('is 1 when a stage fails, and stderr says which, where and why, with the stack of the error', async () => {
    const { code, err } = await folder.run(['run', 'p.mjs#numbers', '--set', 'bad=1', '--workers', '0']);
    expect(code).toBe(1);
    expect(err).toContain('error: stage "square" failed at item 1: Error: bad 1\nError: bad 1\n    at ');
    expect(err).toContain('p.mjs:');
  });

  test.each(['skip', 'deadLetter'])('is 2 when items went wrong within the policy: %s', async (onError) => {
    const { code, out } = await folder.run([
      'run',
      'p.mjs#numbers',
      '--set',
      'bad=1',
      '--set',
      `onError=${onError}`,
      '--workers',
      '0',
    ]);
    expect({ code, out }).toEqual({ code: 2, out: '0\n4\n' });
  });

  test('is 69 when a server refuses', async () => {
    const { code, err } = await folder.run(['run', 'p.mjs#remote', '--set', `port=${await closedPort()}`]);
    expect(code).toBe(69);
    expect(err).toContain('ECONNREFUSED');
  });

  test.each([
    ['a source cannot be read', ['run', 'p.mjs#file', '--set', 'from=nowhere.ndjson'], 'nowhere.ndjson'],
    [
      'a sink cannot be written',
      ['run', 'p.mjs#file', '--set', 'from=in.ndjson', '--set', 'to=no/where.ndjson'],
      'no/where.ndjson',
    ],
    ['there is no such module', ['run', 'nowhere.mjs'], 'cannot read the module "nowhere.mjs"'],
    [
      'the report cannot be written',
      ['run', 'p.mjs#numbers', '--report', 'no/where.json', '--workers', '0'],
      'cannot write the report "no/where.json"',
    ],
  ])('is 74 when %s', async (_, args, told) => {
    const { code, err } = await folder.run(args);
    expect(err).toContain(told);
    expect(err).not.toContain('    at ');
    expect(code).toBe(74);
  });

  test('of dead letters that are damaged tells their place, and no stack of its own', async () => {
    await folder.write('damaged.ndjson', 'hi\n');
    const { code, err } = await folder.run(['dlq', 'ls', 'damaged.ndjson']);
    expect(err).toMatch(/^damaged\.ndjson:1:1: the line is no JSON value: .*\n$/);
    expect(code).toBe(1);
  });

  test.each([
    ['a module cannot be imported', ['run', 'broken.mjs'], 'could not import'],
    ['a module throws, and tells where', ['run', 'throws.mjs'], 'throws.mjs:2:6'],
    ['a factory returns no flow', ['run', 'plan.mjs'], 'its factory must return flow(...)'],
  ])('is 78 when %s', async (_, args, told) => {
    const { code, err } = await folder.run(args);
    expect(err).toContain(told);
    expect(code).toBe(78);
  });
});

describe('a command line that is wrong: exit code 64, and what would be right', () => {
  test.each([
    ['a test of a module', ['test', 'p.mjs'], 'tests stand in pipeline files, and p.mjs is a module: testRun'],
    [
      'a module to be converted',
      ['convert', 'p.mjs'],
      'convert makes a module of a pipeline file, and p.mjs is a module already',
    ],
    ['an unknown command', ['rnu', 'p.mjs'], '(Did you mean run?)'],
    ['an unknown option', ['run', 'p.mjs', '--wokers', '2'], '(Did you mean --workers?)'],
    ['no target', ['run'], "missing required argument 'target'"],
    ['a value without a path', ['run', 'p.mjs', '--set', 'n'], 'It must be path=value'],
    ['an export that there is not', ['run', 'p.mjs#nubmers'], 'did you mean "numbers"?'],
  ])('%s', async (_, args, told) => {
    const { code, out, err } = await folder.run(args);
    expect(err).toContain(told);
    expect({ code, out }).toEqual({ code: 64, out: '' });
  });
});

describe('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('the first %s drains: what was read is delivered, and the exit code says why it ended', async (signal, exit) => {
    const { child, finished, says } = folder.start(['run', 'p.mjs#endless']);
    await says('[slow#0] twenty');
    child.kill(signal);
    const { code, out, err } = await finished;
    expect(code).toBe(exit);
    expect(err).toContain(`${signal}: finishing what was read; once more to stop at once`);
    expect(err).toContain('endless  drained in');
    const items = out.trim().split('\n').map(Number);
    expect(items).toEqual(items.map((_, index) => index));
    expect(items.length).toBeGreaterThan(20);
    expect(err).toContain(`${items.length} read, ${items.length} delivered`);
  });

  test('the second cancels a run that does not drain', async () => {
    const { child, finished, says } = folder.start(['run', 'p.mjs#endless', '--set', 'stuck=true']);
    await says('[slow#0] stuck');
    child.kill('SIGINT');
    await says('once more to stop at once');
    child.kill('SIGINT');
    const { code, err } = await finished;
    expect(code).toBe(130);
    expect(err).toContain('endless  cancelled in');
  });
});

describe('what tasks print', () => {
  test('goes to stderr, from workers and from the main thread, labelled with stage and lane', async () => {
    const { out, err } = await folder.run(['run', 'p.mjs#numbers', '--workers', '1']);
    expect(out).toBe('0\n1\n4\n');
    for (const x of [0, 1, 2]) expect(err).toContain(`[square#0] square prints ${x}\n`);
    for (const x of [0, 1, 4]) expect(err).toContain(`[pass#0] pass prints ${x}\n`);
  });

  test('to stderr is labelled, too', async () => {
    const { out, err } = await folder.run(['run', 'p.mjs#complaining', '--quiet']);
    expect({ out, err }).toEqual({ out: '', err: '[complain#0] complains of 1\n[complain#0] without a break\n' });
  });

  test('is all there is on stderr with --quiet', async () => {
    const { err } = await folder.run(['run', 'p.mjs#numbers', '--quiet', '--set', 'n=1', '--workers', '0']);
    expect(err.trim().split('\n').sort()).toEqual(['[pass#0] pass prints 0', '[square#0] square prints 0']);
  });
});

describe('in a pipe', () => {
  test('a reader that goes away ends the run without a complaint: 141, as of other programs', async () => {
    const { child, finished } = folder.start(['run', 'p.mjs#endless']);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const { code, err } = await finished;
    expect(code).toBe(141);
    expect(err).not.toMatch(/EPIPE| {4}at |error/);
  });

  test('there are colours when FORCE_COLOR asks for them, and else none', async () => {
    const forced = await folder.run(['run', 'p.mjs#numbers', '--workers', '0'], { FORCE_COLOR: '1' });
    expect(forced.err).toContain('\u001b[1mnumbers\u001b[22m');
    expect(stripVTControlCharacters(forced.err)).not.toBe(forced.err);
  });
});

describe('--report', () => {
  test('writes what the run did', async () => {
    await folder.run(['run', 'p.mjs#numbers', '--report', 'run.json', '--workers', '0']);
    const report = JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'));
    expect(report).toMatchObject({
      format: 1,
      target: 'p.mjs#numbers',
      exitCode: 0,
      report: { outcome: 'completed', read: 3, delivered: 3 },
    });
    expect(report).not.toHaveProperty('error');
  });

  test('of a failed run has the error, with its place and its cause', async () => {
    await folder.run(['run', 'p.mjs#numbers', '--set', 'bad=1', '--report', 'failed.json', '--workers', '0']);
    expect(JSON.parse(readFileSync(join(folder.path, 'failed.json'), 'utf8'))).toMatchObject({
      exitCode: 1,
      error: {
        name: 'StageError',
        code: 'ERR_STAGE',
        stage: 'square',
        position: 1,
        attempt: 1,
        cause: { name: 'Error', message: 'bad 1' },
      },
      report: { outcome: 'failed' },
    });
  });

  test('of a run that could not begin says why', async () => {
    const { code } = await folder.run(['run', 'plan.mjs', '--report', 'none.json']);
    expect(code).toBe(78);
    const report = JSON.parse(readFileSync(join(folder.path, 'none.json'), 'utf8'));
    expect(report).toMatchObject({ exitCode: 78, error: { name: 'PlanError' } });
    expect(report).not.toHaveProperty('report');
  });
});

test('--log-format json writes an object a line, and the last one is the report', async () => {
  const { code, err } = await folder.run(['run', 'p.mjs#numbers', '--log-format', 'json', '--set', 'bad=1', '--workers', '1']);
  expect(code).toBe(1);
  const entries = err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { time } of entries) expect(new Date(time).toISOString()).toBe(time);
  expect(entries).toContainEqual(expect.objectContaining({ event: 'started' }));
  expect(entries).toContainEqual(expect.objectContaining({ event: 'output', from: '[square#0]', text: 'square prints 0' }));
  expect(entries.at(-2)).toMatchObject({ event: 'error', error: { stage: 'square' } });
  expect(entries.at(-1)).toMatchObject({ event: 'finished', exitCode: 1, report: { outcome: 'failed' } });
});

test('--env-file gives variables to the pipeline, those of the environment stand', async () => {
  await folder.write(
    'env.mjs',
    `import { flow, pipeline } from '@millrace/core';
    export const p = pipeline(import.meta, 'p', () => flow([process.env.ONE + process.env.TWO]).to({ name: 'stdout', open: async () => ({
      write: async (items) => void process.stdout.write(items.join()), commit: async () => {}, abort: async () => {} }) }));`,
  );
  await folder.write('.env', 'ONE=file\nTWO="of file"\n');
  expect(await folder.run(['run', 'env.mjs', '--env-file', '.env'], { ONE: 'environment ' })).toMatchObject({
    code: 0,
    out: 'environment of file',
  });
});
