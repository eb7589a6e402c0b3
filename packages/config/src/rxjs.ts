import { createRequire } from 'node:module';
import type * as main from 'rxjs';
import type * as operators from 'rxjs/operators';

const require = createRequire(import.meta.url);

// Loaded when they are asked for: that takes longer than all else of a start, and most files name no operator.

/** All that `rxjs/operators` exports. */
export function rxjsOperators(): typeof operators {
  return require('rxjs/operators');
}

/** All that `rxjs` exports. */
export function rxjs(): typeof main {
  return require('rxjs');
}
