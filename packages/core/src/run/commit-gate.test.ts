import { describe, expect, test } from '@jest/globals';
import type { Writer } from '../declare/sink.js';
import { CommitGate } from './commit-gate.js';
import { quiet } from './stage.fixture.js';

function writerOf(name: string, calls: string[]): Writer<unknown> {
  return {
    write: async () => {},
    commit: async () => void calls.push(name),
    abort: async () => {},
  };
}

describe('the gate before the commits', () => {
  test('opens when every sink has come to it, after what is to be settled', async () => {
    const calls: string[] = [];
    const gate = new CommitGate(async () => {
      await quiet();
      calls.push('settled');
    });
    const [one, two] = ['one', 'two'].map((name) => gate.guard(writerOf(name, calls)));
    const first = one!.commit();
    await quiet();
    expect([calls, gate.isOpen]).toEqual([[], false]);
    await Promise.all([first, two!.commit()]);
    expect([calls, gate.isOpen]).toEqual([['settled', 'one', 'two'], true]);
  });

  test('is open at once when there is nothing to settle and no sink', () => {
    const gate = new CommitGate(() => undefined);
    expect(gate.open()).toBeUndefined();
    expect(gate.isOpen).toBe(true);
  });

  test('F21 lets nobody through that had not begun to commit when the run is over', async () => {
    const calls: string[] = [];
    const gate = new CommitGate(() => quiet());
    const guarded = gate.guard(writerOf('one', calls));
    const commit = guarded.commit();
    gate.close('over');
    await expect(commit).rejects.toBe('over');
    await quiet();
    await expect(guarded.commit()).rejects.toBe('over');
    expect([calls, gate.isOpen]).toEqual([[], false]);
  });

  test('stays shut when what is to be settled closes it, or fails', async () => {
    const closing: CommitGate = new CommitGate(() => {
      closing.close('too many');
      return undefined;
    });
    await expect(closing.open()).rejects.toBe('too many');
    const failing = new CommitGate(() => Promise.reject(new Error('unwritten')));
    await expect(failing.open()).rejects.toThrow('unwritten');
    expect([closing.isOpen, failing.isOpen]).toEqual([false, false]);
  });

  test('cannot be closed once it is open', () => {
    const gate = new CommitGate(() => undefined);
    gate.open();
    gate.close('late');
    expect(gate.isOpen).toBe(true);
  });
});
