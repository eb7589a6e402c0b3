import { describe, expect, test } from '@jest/globals';
import { LoopStage } from '../attempts/loop-stage.fixture.js';

const twice = { attempts: 2, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };

describe('the end of a task stage', () => {
  test('E8 leaves no timer of a rest that its last item asked for', async () => {
    const loop = new LoopStage<string>({ concurrency: 1, window: 2, retry: { ...twice, when: () => false } });
    loop.host.fate = 'skipped';
    loop.push('a');
    loop.end();
    loop.running[0]!.reject(Object.assign(new Error('busy'), { retryAfterMs: 60_000 }));
    await loop.settle();
    expect([loop.stage.ended, loop.stage.counts.skipped, loop.timers.waiting]).toEqual([true, 1, 0]);
  });
});
