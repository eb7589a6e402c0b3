import type { P } from 'ts-pattern';

// As ts-pattern's own `with` has it: what is written in the place of a pattern is then inferred by the items.
export type Given<Item, Pattern> = [Pattern] extends [never] ? P.Pattern<Item> : Pattern;

/** Items of type `Item` that a pattern matches. */
export type Taken<Item, Pattern> = [P.narrow<Item, Pattern>] extends [never] ? Item : P.narrow<Item, Pattern>;

/** Items that are left for the next branch; all of them where the pattern has a condition that types cannot tell. */
export type Left<Item, Pattern extends P.Pattern<Item>> = unknown extends Item
  ? Item
  : Decided<Pattern> extends true
    ? P.narrow<Item, ReturnType<typeof P.not<Item, Pattern>>>
    : Item;

/** Whether no item is left for want of a branch; of types that are no unions only the run can tell. */
export type Exhausts<Item, Rest> = [Rest] extends [never] ? true : IsUnion<Item> extends true ? false : true;

type Primitive = string | number | bigint | boolean | symbol | null | undefined;
type AnyMatcher = { [P.matcher](): unknown };
type AnyOf<Patterns extends readonly [P.Pattern<unknown>, ...P.Pattern<unknown>[]]> = ReturnType<
  typeof P.union<unknown, Patterns>
>;
type Guard<Narrowed, Excluded> = ReturnType<typeof P.when<unknown, Narrowed, Excluded>>;

// Whether a type says all of what a pattern asks for: P.when(predicate) and P.string.minLength(3) take only some of their type.
type Decided<Pattern> = Pattern extends Primitive
  ? true
  : Pattern extends Guard<infer _Narrowed, infer Excluded>
    ? [Excluded] extends [never]
      ? false
      : true
    : Pattern extends AnyMatcher
      ? Pattern extends AnyOf<infer Patterns>
        ? Decided<readonly [...Patterns]>
        : false
      : Pattern extends object
        ? false extends { [Key in keyof Pattern]: Decided<Pattern[Key]> }[keyof Pattern]
          ? false
          : true
        : false;

type IsUnion<Item, Each = Item> = Item extends Item ? ([Each] extends [Item] ? false : true) : never;
