import { expect, test } from '@jest/globals';
import { findInLane } from './task-lookup.js';

test.each(['file:///home/ann/[eval1]', 'file:///home/ann/[stdin]'])(
  'a task of code that is no file is refused, with what to do: %s',
  (module) =>
    expect(findInLane({ module, name: 'score', from: 'declared' })).rejects.toThrow(
      `task "score" is declared in code that is no file (${module}), so no worker can import it: save it as a file, or use loopPool`,
    ),
);
