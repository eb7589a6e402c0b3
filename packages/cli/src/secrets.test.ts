import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

const yaml = `version: 1
name: secretive
vars:
  key: { env: KEY, secret: true }
source: { ndjson: { path: in.ndjson } }
stages: [{ io: say, use: "./tasks.mjs#say", with: "\${key}" }]
sink: { ndjson: { path: out.ndjson } }
`;

const tasks = `export const say = (key) => (item) => {
  console.log(key);
  console.log({ key });
  return item;
};
`;

beforeAll(async () => {
  await folder.write('in.ndjson', '{"id":1}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('say.yaml', yaml);
  await folder.write('say-cpu.yaml', yaml.replace('io: say', 'cpu: say'));
  await folder.write('http.yaml', yaml.replace(/source: .*/, `source: { http: { url: "http://127.0.0.1:1/\${key}/items" } }`));
});
afterAll(() => folder.remove());

describe('a secret is not told', () => {
  test.each(['say.yaml', 'say-cpu.yaml'])(
    'line by line, when it has several and a task prints it: %s',
    async (file) => {
      const { code, err } = await folder.run(['run', file, '--quiet'], { KEY: '--BEGIN KEY--\nMIIBVgIB\nAb=\n--END KEY--\n' });
      expect(code).toBe(0);
      expect(err).toMatch(/^\[say#0\] \*\*\*$/m);
      expect(err).not.toMatch(/BEGIN|MIIB|Ab=|END/);
    },
    limitMs,
  );

  test(
    'as a URL encodes it, when an error tells that',
    async () => {
      const { err } = await folder.run(['run', 'http.yaml', '--quiet'], { KEY: 'my pass@word' });
      // The whole URL is secret, as a part of it is.
      expect(err).toContain('GET ***');
      expect(err).not.toContain('word');
    },
    limitMs,
  );
});
