import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { StationBytes, StationSums } from '../workloads/station-sums.js';

/** The part of a file that a thread sums up: the lines that begin in it. */
export interface RangeOrder {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly as: 'lines' | 'bytes';
}

const { path, start, end, as }: RangeOrder = workerData;
const chunkBytes = 1024 * 1024;
/** More than any line has. */
const lineBytes = 100;

const [ofLines, ofBytes] = [new StationSums(), new StationBytes()];
const file = openSync(path, 'r');
const buffer = Buffer.allocUnsafe(chunkBytes + lineBytes);
for (let at = firstLine(start); at < end; ) {
  const bytesRead = readSync(file, buffer, 0, buffer.length, at);
  const to = Math.min(end - at, chunkBytes);
  const lines = buffer.subarray(0, buffer.subarray(0, bytesRead).indexOf(10, to - 1) + 1);
  if (as === 'bytes') ofBytes.add(lines);
  else for (const line of lines.toString('utf8', 0, lines.length - 1).split('\n')) ofLines.addLine(line);
  at += lines.length;
}
parentPort!.postMessage(as === 'bytes' ? ofBytes.list() : ofLines.list());

function firstLine(place: number): number {
  if (place === 0) return 0;
  const bytesRead = readSync(file, buffer, 0, lineBytes, place - 1);
  return place + buffer.subarray(0, bytesRead).indexOf(10);
}
