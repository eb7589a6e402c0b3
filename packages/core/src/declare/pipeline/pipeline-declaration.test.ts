import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { PlanError } from '../../errors.js';
import { declarationOf, flow } from '../flow/flow.js';
import { declareFlow, pipelineDeclaration } from './pipeline-declaration.js';
import { findPipeline, pipelineNames, registerPipeline } from './registry.js';

class Broken extends Error {}
const factory = (): ReturnType<typeof flow<number>> => flow([1]);
const untyped = (...args: unknown[]): unknown => Reflect.apply(pipelineDeclaration, undefined, args);
const declareAnything = (result: () => unknown): unknown =>
  declareFlow(Object.assign(pipelineDeclaration(import.meta, 'p', factory), { factory: result }), undefined);

describe('pipelineDeclaration', () => {
  test('says the module, the name, the factory and the errors', () => {
    expect(pipelineDeclaration(import.meta, 'orders', factory, { errors: [Broken, TypeError] })).toEqual({
      module: import.meta.url,
      name: 'orders',
      factory,
      errors: [Broken, TypeError],
    });
    expect(pipelineDeclaration(import.meta, 'orders', factory, { errors: undefined }).errors).toEqual([]);
  });

  test('refuses what is not import.meta', () => {
    for (const meta of [undefined, null, 'file:///a.js', {}, { url: 5 }, { url: 'orders.js' }]) {
      expect(() => untyped(meta, 'orders', factory)).toThrow(PlanError);
      expect(() => untyped(meta, 'orders', factory)).toThrow('the first argument must be import.meta');
    }
  });

  test('refuses a bad name, factory or option', () => {
    expect(() => untyped(import.meta, '', factory)).toThrow('pipeline: the name must be a non-empty string');
    expect(() => untyped(import.meta, 'a', flow([1]))).toThrow('must be a function that returns a flow, got a Flow');
    for (const options of [null, 5, []])
      expect(() => untyped(import.meta, 'a', factory, options)).toThrow('options must be an object');
    expect(() => untyped(import.meta, 'a', factory, { error: [] })).toThrow('unknown option "error"; allowed here: errors');
    expect(() => untyped(import.meta, 'absent option', factory, { error: undefined })).not.toThrow();
    expect(() => untyped(import.meta, 'a', factory, { checkpoint: 'x' })).toThrow(
      'pipeline "a": option "checkpoint" is not available in this version',
    );
    expect(() => untyped(import.meta, 'a', factory, { errors: Broken })).toThrow('must be an array of error classes');
    for (const bad of [Map, () => {}, 'Error', new Error('x'), null]) {
      expect(() => untyped(import.meta, 'a', factory, { errors: [Broken, bad] })).toThrow(
        '"errors[1]" must be a class that extends Error',
      );
    }
  });
});

describe('declareFlow', () => {
  test('calls the factory with the params', () => {
    const made = flow([1]);
    const seen: unknown[] = [];
    const declaration = pipelineDeclaration(import.meta, 'p', (params: { file: string }) => {
      seen.push(params);
      return made;
    });
    expect(declareFlow(declaration, { file: 'a' })).toBe(declarationOf(made));
    expect(seen).toEqual([{ file: 'a' }]);
  });

  test('a promise is refused, and its rejection is not left behind', async () => {
    expect(() => declareAnything(async () => flow([1]))).toThrow('factories are synchronous and declare only');
    expect(() => declareAnything(() => Promise.reject(new Error('nobody looks at this')))).toThrow(PlanError);
    await new Promise(setImmediate);
  });

  test('what is no flow is refused', () => {
    for (const [result, text] of [
      [undefined, 'undefined'],
      [[1], 'an array'],
      [() => flow([1]), 'a function'],
    ]) {
      expect(() => declareAnything(() => result)).toThrow(`pipeline "p": its factory must return flow(...), got ${String(text)}`);
    }
  });

  test('a source that can be read once only is refused with the way to mend it', () => {
    const readable = Readable.from(['a']);
    for (const items of [readable, [1].values(), new ReadableStream()]) {
      expect(() => declareAnything(() => flow<unknown>(items))).toThrow(
        /can be read once only.*flow\(\(\) => createReadStream\(file\)\)/,
      );
    }
    readable.destroy();
    expect(() => declareAnything(() => flow(() => [1].values()))).not.toThrow();
  });

  test('what the factory throws passes through', () => {
    const broken = new Broken('no');
    expect(() =>
      declareAnything(() => {
        throw broken;
      }),
    ).toThrow(broken);
  });
});

describe('the registry', () => {
  const inModule = (url: string, name: string): ReturnType<typeof pipelineDeclaration> =>
    pipelineDeclaration({ url }, name, factory);

  test('finds a pipeline by module and name', () => {
    const [a, b] = [inModule('file:///one.js', 'a'), inModule('file:///one.js', 'b')];
    registerPipeline(a);
    registerPipeline(b);
    expect(findPipeline('file:///one.js', 'a')).toBe(a);
    expect(pipelineNames('file:///one.js')).toEqual(['a', 'b']);
    expect([findPipeline('file:///one.js', 'c'), findPipeline('file:///two.js', 'a')]).toEqual([undefined, undefined]);
    expect(pipelineNames('file:///two.js')).toEqual([]);
  });

  test('a second one of that name in one module is refused, in another module it is not', () => {
    registerPipeline(inModule('file:///twice.js', 'a'));
    expect(() => registerPipeline(inModule('file:///twice.js', 'a'))).toThrow(
      new PlanError(
        'pipeline "a" is declared twice in file:///twice.js: a worker finds it by module and name, so rename one of them. ' +
          'If the two stand in modules of their own, a bundler has put both into that file: names must differ within a bundle',
      ),
    );
    registerPipeline(inModule('file:///twice.js?again=1', 'a'));
    expect(pipelineNames('file:///twice.js?again=1')).toEqual(['a']);
  });

  test('is shared by all copies of the package in a thread', () => {
    registerPipeline(inModule('file:///shared.js', 'a'));
    const shared: unknown = Reflect.get(globalThis, Symbol.for('millrace.pipelines'));
    expect(shared instanceof Map && shared.has('file:///shared.js')).toBe(true);
  });
});
