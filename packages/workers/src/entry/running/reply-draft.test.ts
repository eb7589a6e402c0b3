import { describe, expect, test } from '@jest/globals';
import { unpack } from '../../codec/codec.js';
import type { FromLane } from '../../wire/frame.js';
import type { LaneSide } from './lane-side.js';
import { ReplyDraft } from './reply-draft.js';

type ReplyFrame = Extract<FromLane, { readonly kind: 'reply' }>;

/** A draft that replies to a list, by clones as a port makes them. */
function draftOf(transfer: boolean) {
  const replies: ReplyFrame[] = [];
  const post: LaneSide['post'] = (frame, transfers = []) => {
    replies.push(structuredClone(frame, { transfer: [...transfers] }) as ReplyFrame);
  };
  // A draft uses no more of its lane than these.
  const draft = new ReplyDraft({ post, clone: (value: unknown) => structuredClone(value), transfer } as LaneSide, 1);
  const send = (): readonly unknown[] => {
    draft.send(false, 0, undefined);
    return unpack(replies.at(-1)!.values);
  };
  return { draft, replies, send };
}

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
const plain = (values: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(values, (_, value) => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value)));

describe('a reply', () => {
  test('without transfer leaves the buffers of its outputs to the task', () => {
    const { draft, send } = draftOf(false);
    const kept = bytes(1, 2);
    draft.single(kept);
    expect(plain(send())).toEqual([[1, 2]]);
    expect(kept).toHaveLength(2);
  });

  test('with transfer takes them along; what is met twice is copied', () => {
    const { draft, send } = draftOf(true);
    const [moved, twice] = [bytes(1, 2), bytes(3)];
    draft.single({ moved });
    draft.single(twice);
    draft.single([twice, 'text']);
    const values = send();
    expect(plain(values)).toEqual([{ moved: [1, 2] }, [3], [[3], 'text']]);
    expect([moved.length, twice.length]).toEqual([0, 1]);
    // As in any clone: one object here is one object there.
    expect((values[2] as unknown[])[0]).toBe(values[1]);
  });

  test('with transfer carries many objects whole', () => {
    const { draft, send } = draftOf(true);
    for (let i = 0; i < 100; i += 1) draft.single({ i, data: bytes(i) });
    expect(plain(send())).toEqual(Array.from({ length: 100 }, (_, i) => ({ i, data: [i] })));
  });

  test('with an output that cannot be cloned moves nothing away from the others', () => {
    const { draft, replies, send } = draftOf(true);
    draft.single(bytes(1, 2));
    draft.single(() => undefined);
    draft.single(bytes(3));
    expect(plain(send())).toEqual([[1, 2], [3]]);
    expect(replies.at(-1)).toMatchObject({ counts: [1, 0, 1], failures: [{ index: 1 }] });
  });
});
