import { describe, expect, test } from '@jest/globals';
import { flow, merge } from '../declare/flow/flow.js';
import type { Sink } from '../declare/sink.js';
import { nowhere, planned } from './plan.fixture.js';

const file = (target: string): Sink<unknown> => ({ ...nowhere, name: 'file', target });

describe('G19 what the sinks of a flow replace', () => {
  test('is not the same for two of them: one would be lost', () => {
    const both = flow([1])
      .tee('copy', (f) => f.to(file('/out/a')))
      .to(file('/out/a'));
    expect(() => planned(both)).toThrow(
      expect.objectContaining({
        code: 'ERR_PLAN',
        message: expect.stringMatching(
          /^sink "file \(copy\)" and sink "file" both write \/out\/a, and .*would replace.*: give each its own/,
        ),
      }),
    );
  });

  test('is not that of the dead letters either', () => {
    const letters = flow([1], { deadLetters: file('/out/a') }).to(file('/out/a'));
    expect(() => planned(letters)).toThrow(/^sink "file" and the dead letters' sink "file" both write \/out\/a/);
  });

  test('may differ, and sinks that replace nothing may be the same', () => {
    const branch = flow([1], { deadLetters: file('/out/c') }).tee('copy', (f) => f.to(file('/out/a')));
    expect(() => planned(branch.to(file('/out/b')))).not.toThrow();
    expect(() =>
      planned(
        flow([1])
          .tee('copy', (f) => f.to(nowhere))
          .to(nowhere),
      ),
    ).not.toThrow();
    expect(() => planned(merge(flow([1]), flow([2])).to(file('/out/a')))).not.toThrow();
  });
});
