/**
 * The parts of RxJS that core stands on, each from its own module. The main entry of RxJS loads all of its operators, some two hundred
 * files: half of the time that a lane takes to start, for lanes that mostly run plain tasks. They are the same classes that `rxjs` gives.
 */
export { Observable } from 'rxjs/internal/Observable';
export { takeUntil } from 'rxjs/internal/operators/takeUntil';
export { Subject } from 'rxjs/internal/Subject';
export { Subscriber } from 'rxjs/internal/Subscriber';
export { isObservable } from 'rxjs/internal/util/isObservable';
