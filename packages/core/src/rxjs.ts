import { Observable } from 'rxjs/internal/Observable';
import { takeUntil } from 'rxjs/internal/operators/takeUntil';
import { Subject } from 'rxjs/internal/Subject';
import { Subscriber } from 'rxjs/internal/Subscriber';

export type { Observable, Subscriber };

const parts = { Observable, Subject, Subscriber, takeUntil } as const;

/**
 * The parts of RxJS that core stands on, each from its own module. The main entry of RxJS loads all of its operators, some two hundred
 * files: half of the time that a lane takes to start, for lanes that mostly run plain tasks. They are the same classes that `rxjs` gives.
 * A function, since a compact lane loads them when they are first asked for (`rxjs-in-lane.ts`).
 */
export function rx(): typeof parts {
  return parts;
}
