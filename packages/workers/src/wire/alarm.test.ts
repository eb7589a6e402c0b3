import { MessageChannel } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { Alarm } from './alarm.js';

/** So long that all timers of a millisecond are due in one turn. */
function keepBusy(): void {
  const end = performance.now() + 20;
  while (performance.now() < end);
}

const rung = (alarm: Alarm): Promise<void> => new Promise((resolve) => alarm.set(1, resolve));

test('an alarm rings after what had come by then has been read, however busy the thread was', async () => {
  const events: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (message) => events.push(message));
  const alarm = new Alarm();
  const ringing = rung(alarm).then(() => events.push('alarm'));
  port2.postMessage('frame');
  keepBusy();
  await ringing;
  expect(events).toEqual(['frame', 'alarm']);
  port1.close();
});

test('an alarm that was cleared does not ring, though its time was over', async () => {
  const rings: string[] = [];
  const [cleared, other] = [new Alarm(), new Alarm()];
  cleared.set(1, () => rings.push('cleared'));
  const ringing = rung(other);
  setTimeout(() => cleared.clear(), 1);
  keepBusy();
  await ringing;
  await new Promise(setImmediate);
  expect([rings, cleared.isSet, other.isSet]).toEqual([[], false, false]);
});

test('an alarm that is set again rings once', async () => {
  let rings = 0;
  const alarm = new Alarm();
  alarm.set(1, () => rings++);
  await rung(alarm);
  await new Promise(setImmediate);
  expect(rings).toBe(0);
});
