import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Project } from './project.fixture.js';

// Loading TypeScript in two threads takes seconds on a busy machine.
const patience = 90_000;

const native = Boolean(Reflect.get(process.features, 'typescript'));
const onOlderNode = native ? test.skip : test;
const onNativeNode = native ? test : test.skip;

const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

const project = (...args: ConstructorParameters<typeof Project>): Project => {
  const made = new Project(...args);
  projects.push(made);
  return made;
};

const withTsx = ['@millrace/core', 'rxjs', 'tsx'];
const tsx = (made: Project): string => made.path(join('node_modules', 'tsx', 'dist', 'cli.mjs'));

// An enum is not erasable, and './colours.js' is colours.ts: what tsx allows and Node.js itself does not.
const colours = `
  export enum Colour { Red = 'red', Green = 'green' }
  export const painted = (n: number): string => \`\${n % 2 === 0 ? Colour.Red : Colour.Green} \${n}\`;
`;
const main = (imported: string, workers = 1): string => `
  import { isMainThread } from 'node:worker_threads';
  import { cpu, flow, pipeline } from '@millrace/core';
  import { painted } from '${imported}';

  class Suffix { constructor(readonly text: string) {} }
  const suffix: Suffix = new Suffix('!');
  const paint = pipeline(import.meta, 'paint', (_: undefined) =>
    flow([1, 2, 3]).pipe(cpu('paint', (n: number): string => painted(n) + suffix.text + isMainThread)));
  const painting: string[] = [];
  for await (const text of paint.iterate(undefined, { workers: ${workers} })) painting.push(text);
  console.log(painting.join());
`;
const painted = { code: 0, stdout: 'green 1!false,red 2!false,green 3!false\n', stderr: '' };

describe('a pipeline in TypeScript runs on workers', () => {
  test(
    'started by tsx main.ts',
    async () => {
      const made = project({ 'main.ts': main('./colours.js'), 'colours.ts': colours }, withTsx);
      expect(await made.run(tsx(made), 'main.ts')).toEqual(painted);
    },
    patience,
  );

  test(
    'started by node --import tsx main.ts',
    async () => {
      const made = project({ 'main.ts': main('./colours.js', 2), 'colours.ts': colours }, withTsx);
      expect(await made.run('--import', 'tsx', 'main.ts')).toEqual(painted);
    },
    patience,
  );

  test(
    'as main.mts',
    async () => {
      const files = { 'package.json': '{}', 'main.mts': main('./colours.mjs'), 'colours.mts': colours };
      const made = project(files, withTsx);
      expect(await made.run('--import', 'tsx', 'main.mts')).toEqual(painted);
    },
    patience,
  );

  test(
    'as main.ts of a package that is not of type module',
    async () => {
      const awaited = /for await[\s\S]*$/.exec(main(''))![0];
      const script = main('./colours.js').replace(awaited, `(async () => { ${awaited} })();`);
      const made = project({ 'package.json': '{}', 'main.ts': script, 'colours.ts': colours }, withTsx);
      expect(await made.run('--import', 'tsx', 'main.ts')).toEqual(painted);
    },
    patience,
  );

  test(
    'imported by JavaScript',
    async () => {
      const files = { 'main.js': "import './paint.js';", 'paint.ts': main('./colours.js'), 'colours.ts': colours };
      const made = project(files, withTsx);
      expect(await made.run('--import', 'tsx', 'main.js')).toEqual(painted);
    },
    patience,
  );

  test(
    'declared in JavaScript that imports TypeScript',
    async () => {
      const script = main('./colours.ts')
        .replace('constructor(readonly text: string) {}', 'constructor(text) { this.text = text; }')
        .replaceAll(/: (?:Suffix|undefined|number|string)(?:\[\])?(?=[ ,)]| =)/g, '');
      const made = project({ 'main.js': script, 'colours.ts': colours }, withTsx);
      expect(await made.run('--import', 'tsx', 'main.js')).toEqual(painted);
    },
    patience,
  );

  test(
    'by the tsx of the main thread, where none is installed beside it',
    async () => {
      const elsewhere = project({}, ['tsx']);
      const made = project({ 'main.ts': main('./colours.js'), 'colours.ts': colours });
      expect(await made.run(tsx(elsewhere), 'main.ts')).toEqual(painted);
    },
    patience,
  );

  onNativeNode('by Node.js itself', async () => {
    const erasable = main('./colours.ts').replace(
      'constructor(readonly text: string) {}',
      'text: string; constructor(text: string) { this.text = text; }',
    );
    const files = {
      'main.ts': erasable,
      'colours.ts': colours.replace('export enum Colour {', 'const Colour = {').replaceAll("= '", ": '"),
    };
    expect(await project(files).run('--no-warnings', 'main.ts')).toEqual(painted);
  });
});

describe('a worker that cannot run the TypeScript of a pipeline says how to mend it', () => {
  // As under a loader that reaches the main thread alone.
  const elsewhere = `
    import { cpu, flow, pipeline } from '@millrace/core';
    const { href } = new URL('./colours.ts', import.meta.url);
    const paint = pipeline({ url: href }, 'paint', () => flow([1]).pipe(cpu('paint', (n) => n)));
    await paint.run(undefined, { workers: 1 }).catch((error) => console.log(error.name, error.message));
  `;

  onOlderNode('when tsx is not installed', async () => {
    const { stdout, code } = await project({ 'main.js': elsewhere, 'colours.ts': colours }).run('main.js');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PlanError a worker could not import file:.*colours\.ts: Node\.js v20[.\d]+ does not run TypeScript/);
    expect(stdout).toContain('Install it (npm install --save-dev tsx), use Node.js 22.18 or later, or compile the module');
  });

  onNativeNode('when Node.js refuses it and tsx is not installed', async () => {
    const { stdout, code } = await project({ 'main.js': elsewhere, 'colours.ts': colours }).run('main.js');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^PlanError a worker could not import file:.*colours\.ts: Node\.js v[.\d]+ itself refused TypeScript: .*enum/s,
    );
    expect(stdout).toContain('Install tsx (npm install --save-dev tsx) and workers will use it');
  });

  test('when the tsx that is installed does not work', async () => {
    const files = {
      'node_modules/tsx/package.json': '{ "name": "tsx", "version": "3.0.0", "main": "main.js" }',
      'main.js': elsewhere,
      'colours.ts': colours,
    };
    const { stdout, code } = await project(files).run('main.js');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PlanError a worker could not import file:.*colours\.ts: .*tsx could not be put in place: /);
    expect(stdout).toContain('Install it anew, in version 4.19 or later');
  });

  test(
    'and uses tsx when it is installed',
    async () => {
      const declared = `import { cpu, flow, pipeline } from '@millrace/core'; ${colours}
        pipeline(import.meta, 'paint', () => flow([1]).pipe(cpu('paint', (n: number) => n)));`;
      const files = { 'main.js': `${elsewhere} console.log('ran');`, 'colours.ts': declared };
      expect(await project(files, withTsx).run('main.js')).toEqual({ code: 0, stdout: 'ran\n', stderr: '' });
    },
    patience,
  );

  test(
    'and uses tsx when it is installed and what the module imports wants it',
    async () => {
      const declared = `import { cpu, flow, pipeline } from '@millrace/core'; import { painted } from './painted.js';
        pipeline(import.meta, 'paint', () => flow([1]).pipe(cpu('paint', (n: number) => painted(n))));`;
      const files = { 'main.js': `${elsewhere} console.log('ran');`, 'colours.ts': declared, 'painted.ts': colours };
      expect(await project(files, withTsx).run('main.js')).toEqual({ code: 0, stdout: 'ran\n', stderr: '' });
    },
    patience,
  );
});
