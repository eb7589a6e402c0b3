// Jest runs tests in a realm of their own. Two things must look as they do outside of it: SharedArrayBuffer (which is else another
// class than the one that worker_threads checks for), and `instanceof` for the built-in error classes (errors made by the platform,
// by structuredClone or by an AbortSignal belong to the outer realm).
import { TestEnvironment } from 'jest-environment-node';

const errorClasses = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
];

export default class OneRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.SharedArrayBuffer = SharedArrayBuffer;
    for (const name of errorClasses) {
      const inner = this.global[name];
      const outer = globalThis[name];
      const isInner = Function.prototype[Symbol.hasInstance].bind(inner);
      Object.defineProperty(inner, Symbol.hasInstance, {
        value(value) {
          // Subclasses inherit this static method and must keep their own, ordinary check.
          return this === inner
            ? isInner(value) || value instanceof outer
            : Function.prototype[Symbol.hasInstance].call(this, value);
        },
      });
    }
  }
}
