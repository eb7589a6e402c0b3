import type { Sink } from '../sink.js';
import { flow } from './flow.js';
export type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** Compiles only when the two types are the same, `any` and `unknown` told apart. */
export function same<A, B>(..._difference: Equal<A, B> extends true ? [] : [is: A, expected: B]): void {}

/** Compiles only when the value is of exactly this type. */
export function exactly<Expected>(): <Actual>(
  value: Actual,
  ...difference: Equal<Actual, Expected> extends true ? [] : [Expected]
) => void {
  return () => undefined;
}

/** For what must not compile: it is not run either. */
export function notCalled(_misuse: () => unknown): void {}

export interface Order {
  readonly id: number;
  readonly total: number;
  readonly lines: readonly string[];
}

export const order: Order = { id: 1, total: 2, lines: ['a'] };

export const orders = flow([order]);

export const openText = (): string => 'text';

export function sinkOf<T>(name: string): Sink<T> {
  return { name, open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
}
