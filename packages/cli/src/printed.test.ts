import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

const yaml = `version: 1
name: talkative
vars:
  key: { env: KEY, secret: true, default: "" }
source: { ndjson: { path: in.ndjson } }
stages:
  - io: made
    use: ./tasks.mjs#made
    with: "\${key}"
sink: { ndjson: { path: "-" } }
tests: [{ name: items pass, in: [1], out: [1] }]
`;

const tasks = `console.log('at import ' + process.env.KEY);
export const made = (key) => {
  process.stdout.write('at make ' + key + '\\n');
  return (item) => {
    setTimeout(() => {
      console.log('at the end');
      process.stdout.write('without a break');
    }, 50);
    return item;
  };
};
`;

beforeAll(async () => {
  await folder.write('in.ndjson', '{"id":1}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('talk.yaml', yaml);
  await folder.write('broken.yaml', yaml.replace('sink:', 'snik:'));
  await folder.write(
    'talk.mjs',
    `import { flow, pipeline } from '@millrace/core';
    import { lines } from '@millrace/connectors';
    console.log('at import');
    export const p = pipeline(import.meta, 'p', () => { console.log('at make'); return flow(['1']).to(lines.write('-')); });`,
  );
});
beforeAll(async () => {
  await folder.write(
    'sinks.mjs',
    `import { setTimeout as sleep } from 'node:timers/promises';
    import { flow, io, pipeline } from '@millrace/core';
    export const see = async (n) => { await sleep(1); console.log('sees', n); return n; };
    export const sink = () => ({ name: 'kept', open: async () => ({
      write: async (items) => { for (const item of items) { await sleep(1); process.stdout.write(item + '\\n'); } },
      flush: async () => { await sleep(1); console.log('flushed'); },
      commit: async () => { await sleep(1); console.log('committed'); },
      abort: async () => {},
    }) });
    export const p = pipeline(import.meta, 'p', () => flow(['1', '2', '3']).pipe(io('see', see)).to(sink()));`,
  );
  await folder.write('three.txt', '1\n2\n3\n');
  await folder.write(
    'sinks.yaml',
    `version: 1
name: sinks
source: { lines: { path: three.txt } }
stages: [{ io: see, use: "./sinks.mjs#see" }]
sink: { use: "./sinks.mjs#sink" }
`,
  );
});
afterAll(() => folder.remove());

describe('what modules and factories print goes to stderr, and stdout has the data alone', () => {
  test.each([
    ['run', ['run', 'talk.yaml', '--quiet'], /^\{"id":1\}\n$/],
    ['run of a module', ['run', 'talk.mjs', '--quiet'], /^1\n$/],
    ['preview', ['preview', 'talk.yaml'], /^\{"id":1\}\n$/],
    ['check', ['check', 'talk.yaml', '--format', 'json'], /^\{\n {2}"files".*\}\n$/s],
    ['check of a module', ['check', 'talk.mjs', '--format', 'json'], /^\{\n {2}"files".*\}\n$/s],
    ['plan', ['plan', 'talk.yaml', '--format', 'json'], /^\{\n {2}"target".*\}\n$/s],
    ['convert', ['convert', 'talk.yaml'], /^import (?!.*at import)/s],
    ['test', ['test', 'talk.yaml'], /^ok [^\n]*\n$/],
  ])(
    '%s',
    async (_, args, data) => {
      const { code, out, err } = await folder.run(args);
      expect(code).toBe(0);
      expect(out).toMatch(data);
      expect(err).toMatch(/^\[(main|test)\] at import/m);
      expect(err).toMatch(/^\[(main|test|made#0)\] at make/m);
    },
    limitMs,
  );
});

describe('what a sink of the user writes to stdout is data, wherever it waits before', () => {
  test.each([
    ['of a module', 'sinks.mjs'],
    ['of a file', 'sinks.yaml'],
  ])(
    '%s',
    async (_, target) => {
      const { code, out, err } = await folder.run(['run', target, '--quiet']);
      expect({ code, out }).toEqual({ code: 0, out: '1\n2\n3\nflushed\ncommitted\n' });
      expect(err.match(/sees \d/g)).toHaveLength(3);
    },
    limitMs,
  );
});

test(
  'what a task prints when the run is over goes to stderr, too, with its last line',
  async () => {
    const { out, err } = await folder.run(['run', 'talk.yaml', '--quiet']);
    expect(out).toBe('{"id":1}\n');
    expect(err).toMatch(/^\[made#0\] at the end\n\[made#0\] without a break\n$/m);
  },
  limitMs,
);

test(
  'with --log-format json it is an entry like others',
  async () => {
    const { err } = await folder.run(['run', 'talk.yaml', '--log-format', 'json', '--quiet']);
    const entries = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ event, from, text }) => [event, from, text.split(' ')[1]])).toEqual(
      expect.arrayContaining([
        ['output', '[main]', 'import'],
        ['output', '[made#0]', 'a'],
      ]),
    );
  },
  limitMs,
);

test(
  'characters that come in pieces are whole, and a secret with such a one is not told',
  async () => {
    await folder.write('pieces.yaml', yaml.replace('io: made', 'io: pieces').replace('#made', '#pieces'));
    await folder.write(
      'tasks.mjs',
      `${tasks}
export const pieces = (key) => (item) => {
  for (const text of ['größe\\n', key + '\\n']) for (const byte of Buffer.from(text)) process.stdout.write(Buffer.of(byte));
  process.stderr.write('6865780a', 'hex');
  process.stderr.write('text\\n', 'utf8');
  return item;
};
`,
    );
    const { err } = await folder.run(['run', 'pieces.yaml', '--quiet'], { KEY: 'geheimniß' });
    expect(err).toContain('[pieces#0] größe\n[pieces#0] ***\n[pieces#0] hex\n[pieces#0] text\n');
    expect(err).not.toContain('geheim');
  },
  limitMs,
);

describe('a secret is not told by what is printed before it is known', () => {
  test.each([
    ['run', ['run', 'talk.yaml', '--quiet']],
    ['check', ['check', 'talk.yaml']],
    ['preview', ['preview', 'talk.yaml']],
    ['convert', ['convert', 'talk.yaml']],
    ['run of a file that is wrong', ['run', 'broken.yaml']],
    ['check of a file that is wrong', ['check', 'broken.yaml']],
  ])(
    '%s',
    async (_, args) => {
      const { out, err } = await folder.run(args, { KEY: 'hunter2' });
      expect(err).toContain('[main] at import ***\n');
      expect(out + err).not.toContain('hunter2');
    },
    limitMs,
  );
});

test(
  'the help of a command is not taken for what code prints',
  async () => {
    const { code, out, err } = await folder.run(['run', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: millrace run');
  },
  limitMs,
);
