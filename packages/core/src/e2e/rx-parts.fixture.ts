// The parts of RxJS that fixtures in lanes use, each from its own module: the main entry loads some two hundred files, which is half of
// what it takes to start a lane. They are the same as those of `rxjs` (packages/core/src/rxjs.ts).
export { concat } from 'rxjs/internal/observable/concat';
export { EMPTY } from 'rxjs/internal/observable/empty';
export { from } from 'rxjs/internal/observable/from';
export { of } from 'rxjs/internal/observable/of';
export { throwError } from 'rxjs/internal/observable/throwError';
export { concatMap } from 'rxjs/internal/operators/concatMap';
export { filter } from 'rxjs/internal/operators/filter';
export { map } from 'rxjs/internal/operators/map';
export { mergeMap } from 'rxjs/internal/operators/mergeMap';
export { take } from 'rxjs/internal/operators/take';
export { tap } from 'rxjs/internal/operators/tap';
