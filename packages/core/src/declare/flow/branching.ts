import { isMatching, P } from 'ts-pattern';
import { PlanError } from '../../errors.js';
import {
  type ClosedDraft,
  type Draft,
  type DraftBranch,
  type DraftRoute,
  descends,
  merged,
  type OpenDraft,
  sinksOf,
} from '../graph/draft.js';
import { checkedName } from '../name.js';
import { valueText } from '../value-text.js';

/** How drafts become flows and back; declared above, as flows know routes. */
export interface FlowDoor {
  readonly open: (draft: OpenDraft) => unknown;
  /** Undefined for what is no flow. */
  readonly draftOf: (value: unknown) => Draft | undefined;
}

interface BuiltBranch {
  readonly branch: DraftBranch;
  readonly draft: Draft;
}

/** What `.exhaustive()` and `.otherwise(...)` give back to `route`. */
class FinishedRoute {
  readonly route: DraftRoute;
  readonly branches: readonly BuiltBranch[];

  constructor(route: DraftRoute, branches: readonly BuiltBranch[]) {
    this.route = route;
    this.branches = branches;
  }
}

/** The branches of a route, one after the other. An immutable value, as flows are. */
class RouteBuilder {
  readonly #route: DraftRoute;
  readonly #door: FlowDoor;
  readonly #branches: readonly BuiltBranch[];

  constructor(route: DraftRoute, door: FlowDoor, branches: readonly BuiltBranch[] = []) {
    this.#route = route;
    this.#door = door;
    this.#branches = branches;
  }

  when(name: unknown, pattern: P.Pattern<unknown>, build: unknown): RouteBuilder {
    refuseFunctions(pattern);
    // Compiled here, once; what patterns select is of no use to a branch.
    return this.#with('when(name, pattern, build)', name, build, isMatching(pattern));
  }

  otherwise(name: unknown, build: unknown): FinishedRoute {
    return this.#with('otherwise(name, build)', name, build, undefined).exhaustive();
  }

  exhaustive(): FinishedRoute {
    if (this.#branches.length === 0) throw new PlanError('route(build): it has no branch; begin with when(name, pattern, build)');
    return new FinishedRoute(this.#route, this.#branches);
  }

  #with(place: string, name: unknown, build: unknown, takes: DraftBranch['takes']): RouteBuilder {
    const input = this.#route;
    const branch = branchOf(place, input, name, takes);
    if (this.#branches.some((other) => other.branch.name === branch.name)) {
      throw new PlanError(`route(build): two branches are named "${branch.name}"; rename one of them`);
    }
    const draft = builtBranch(place, branch, build, this.#door);
    return new RouteBuilder(input, this.#door, [...this.#branches, { branch, draft }]);
  }
}

/** The flow of a route: its open branches, merged. Without any it has ended. */
export function routed({ end, sinks }: OpenDraft, build: unknown, door: FlowDoor): OpenDraft | ClosedDraft {
  if (typeof build !== 'function') throw new PlanError(`route(build): it must be a function, got ${valueText(build)}`);
  const route: DraftRoute = { kind: 'route', scope: end.scope, input: end, branches: [] };
  const finished: unknown = build(new RouteBuilder(route, door));
  if (!(finished instanceof FinishedRoute) || finished.route !== route) {
    throw new PlanError(
      `route(build): the function must return what .exhaustive() or .otherwise(name, build) gives, got ${valueText(finished)}`,
    );
  }
  route.branches = finished.branches.map(({ branch }) => branch);
  const drafts = finished.branches.map(({ draft }) => draft);
  const all = [{ sinks }, ...drafts].map((draft): Draft => ({ end: undefined, ...draft }));
  const open = drafts.filter(isOpen);
  return open.length === 0 ? { end: undefined, sinks: sinksOf(all) } : { ...merged(open, end.scope), sinks: sinksOf(all) };
}

/** The flow, and beside it a branch that gets the same items. */
export function teed({ end, sinks }: OpenDraft, name: unknown, build: unknown, door: FlowDoor): OpenDraft {
  const place = 'tee(name, build)';
  const branch = branchOf(place, end, name, undefined);
  const draft = builtBranch(place, branch, build, door);
  if (isOpen(draft)) {
    throw new PlanError(
      `tee("${branch.name}", build): the branch is open, and the flow goes on beside it: end it by .to(sink), or join two flows by merge(...)`,
    );
  }
  return { end, sinks: sinksOf([{ end, sinks }, draft]) };
}

/** As a pattern, or in one, a function is matched by identity: no item would ever come. */
function refuseFunctions(pattern: unknown): void {
  if (!hasFunction(pattern)) return;
  throw new PlanError(
    'when(name, pattern, build): a function in a pattern matches that function alone: ' +
      "write P.when(condition), with P from 'ts-pattern'",
  );
}

/** Patterns are literals, `P.…`, and plain objects and arrays of patterns. */
function hasFunction(pattern: unknown): boolean {
  if (typeof pattern === 'function') return true;
  if (typeof pattern !== 'object' || pattern === null || P.matcher in pattern) return false;
  const isPlain = Array.isArray(pattern) || Object.getPrototypeOf(pattern) === Object.prototype;
  return isPlain && Object.values(pattern).some(hasFunction);
}

function branchOf(place: string, input: DraftBranch['input'], given: unknown, takes: DraftBranch['takes']): DraftBranch {
  const name = checkedName(`${place}: branch`, given);
  return { kind: 'branch', scope: [...input.scope, name], input, name, takes };
}

function builtBranch(place: string, branch: DraftBranch, build: unknown, door: FlowDoor): Draft {
  const { name } = branch;
  if (typeof build !== 'function') throw new PlanError(`${place}: build must be a function, got ${valueText(build)}`);
  const flow: unknown = build(door.open({ end: branch, sinks: [] }));
  const draft = door.draftOf(flow);
  if (draft === undefined) throw new PlanError(`branch "${name}": its function must return a flow, got ${valueText(flow)}`);
  if (descends(draft, branch)) return draft;
  throw new PlanError(`branch "${name}": its function must return the flow that it is given, or what it makes of it`);
}

function isOpen(draft: Draft): draft is OpenDraft {
  return draft.end !== undefined;
}
