// Graphs made of a few numbers, to be run and to be computed plainly. Their cpu stages run on threads, so they are declared here.
import { cpu, type Flow, flow, io, merge, pipeline, type Sink, type SinkFlow } from '@millrace/core';
import { P } from 'ts-pattern';
import { filter, map, take } from './rx-parts.fixture.js';

export interface Item {
  readonly n: number;
  /** The branches that it went through. */
  readonly path: string;
}

export type Piece =
  | {
      readonly kind: 'stage';
      readonly body: 'io' | 'cpu' | 'cpu inline' | 'inline';
      readonly does: 'pass' | 'filter';
      readonly capacity: number;
      readonly window: number;
    }
  /** Ends after so many items. */
  | { readonly kind: 'take'; readonly count: number }
  /** Fails at the item, wherever it comes by. */
  | { readonly kind: 'fail'; readonly at: number }
  | { readonly kind: 'tee'; readonly branch: readonly Piece[]; readonly sinkCapacity: number }
  | { readonly kind: 'route'; readonly branches: readonly BranchSpec[] };

export interface BranchSpec {
  readonly pieces: readonly Piece[];
  readonly closes: boolean;
  readonly sinkCapacity: number;
}

export interface GraphSpec {
  /** Items of each source. */
  readonly sources: readonly number[];
  readonly pieces: readonly Piece[];
  readonly sinkCapacity: number;
}

/** What the sinks of the latest run got, by their numbers along the graph; `committed` are those that have. */
export const sunk = { items: new Map<number, Item[]>(), committed: new Set<number>(), aborted: new Set<number>() };

export function itemsOf({ sources }: GraphSpec): readonly (readonly Item[])[] {
  return sources.map((count, source) => Array.from({ length: count }, (_, i) => ({ n: source * 10_000 + i, path: '' })));
}

export const keeps = ({ n }: Item): boolean => n % 5 !== 0;
export const branchOf = ({ n }: Item, branches: number): number => Math.floor(n / 2) % branches;
const inBranch = (item: Item, branch: number): Item => ({ ...item, path: `${item.path}/${branch}` });

function sinkOf(number: number): Sink<Item> {
  return {
    name: 'sunk',
    open: async () => {
      const items: Item[] = [];
      sunk.items.set(number, items);
      return {
        write: async (batch) => void items.push(...batch),
        commit: async () => void sunk.committed.add(number),
        abort: async () => void sunk.aborted.add(number),
      };
    },
  };
}

class Builder {
  #stages = 0;
  #sinks = 0;

  extend(start: Flow<Item>, pieces: readonly Piece[]): Flow<Item> | SinkFlow {
    let open = start;
    for (const piece of pieces) {
      const next = this.#add(open, piece);
      if (!('pipe' in next)) return next;
      open = next;
    }
    return open;
  }

  close(open: Flow<Item> | SinkFlow, capacity: number): SinkFlow {
    return 'pipe' in open ? open.to(sinkOf(this.#sinks++), { capacity, batch: { items: 3 } }) : open;
  }

  #add(open: Flow<Item>, piece: Piece): Flow<Item> | SinkFlow {
    const name = `s${this.#stages++}`;
    switch (piece.kind) {
      case 'stage': {
        const { body, does, capacity, window } = piece;
        if (body === 'inline') return open.pipe(does === 'pass' ? map((item) => item) : filter(keeps));
        const task = function* (item: Item) {
          if (does === 'pass' || keeps(item)) yield item;
        };
        if (body === 'io') return open.pipe(io(name, task, { capacity, window, concurrency: 1 }));
        return open.pipe(cpu(name, task, { capacity, window, isolation: body === 'cpu' ? undefined : 'inline' }));
      }
      case 'take':
        return open.pipe(take(piece.count));
      case 'fail': {
        const failing = (item: Item): Item => {
          if (item.n === piece.at) throw new RangeError('as planned');
          return item;
        };
        return open.pipe(io(name, failing, { concurrency: 2 }));
      }
      case 'tee':
        return open.tee(name, (f) => this.close(this.extend(f, piece.branch), piece.sinkCapacity));
      case 'route': {
        const { branches } = piece;
        return open.route((start) => {
          const build = (branch: number) => (f: Flow<Item>) => {
            const { pieces, closes, sinkCapacity } = branches[branch]!;
            const built = this.extend(f.pipe(map((item) => inBranch(item, branch))), pieces);
            return closes ? this.close(built, sinkCapacity) : built;
          };
          const takes = (branch: number) =>
            P.when<Item, (item: Item) => boolean>((item) => branchOf(item, branches.length) === branch);
          const begun = start.when('b0', takes(0), build(0));
          if (branches.length === 2) return begun.otherwise('last', build(1));
          return begun.when('b1', takes(1), build(1)).otherwise('last', build(2));
        });
      }
    }
  }
}

export const graph = pipeline(import.meta, 'graph', (spec: GraphSpec) => {
  const builder = new Builder();
  const [first, ...rest] = itemsOf(spec).map((items) => flow(items));
  const start = rest.length === 0 ? first! : merge(first!, ...rest);
  return builder.close(builder.extend(start, spec.pieces), spec.sinkCapacity);
});

/** What each sink should get, by the same numbers, in any order. */
export function modelOf(spec: GraphSpec): Map<number, Item[]> {
  const sinks = new Map<number, Item[]>();
  let sinkNumber = 0;
  // As the builder does it: undefined when the flow has ended.
  const close = (items: readonly Item[] | undefined): void => {
    if (items !== undefined) sinks.set(sinkNumber++, [...items]);
  };
  const extend = (start: readonly Item[], pieces: readonly Piece[]): readonly Item[] | undefined => {
    let items: readonly Item[] | undefined = start;
    for (const piece of pieces) {
      if (items === undefined) return undefined;
      const given: readonly Item[] = items;
      if (piece.kind === 'stage' && piece.does === 'filter') items = given.filter(keeps);
      if (piece.kind === 'tee') close(extend(given, piece.branch));
      if (piece.kind === 'route') {
        const { branches } = piece;
        const ends = branches.map(({ pieces: inside, closes }, branch) => {
          const taken = given.filter((item) => Math.min(branchOf(item, branches.length), branches.length - 1) === branch);
          const end = extend(
            taken.map((item) => inBranch(item, branch)),
            inside,
          );
          if (closes) close(end);
          return closes ? undefined : end;
        });
        const open = ends.filter((end) => end !== undefined);
        items = open.length === 0 ? undefined : open.flat();
      }
    }
    return items;
  };
  close(extend(itemsOf(spec).flat(), spec.pieces));
  return sinks;
}
