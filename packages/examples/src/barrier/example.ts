import { Barrier, SharedArray, SharedValue, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { coldRod, type Temperatures, warm } from './rod.js';
import { simulate } from './tasks.js';

export const example = declare(
  {
    points: { doc: 'points of the rod', default: 20_000, short: 30, min: 2 },
    steps: { doc: 'steps of the simulation', default: 2_000, short: 20 },
    workers: { doc: 'threads, each for a part of the rod', default: 4, short: 3 },
  },
  async ({ points, steps, workers }, print) => {
    const [even, odd] = [new SharedArray('float64', coldRod(points)), new SharedArray('float64', points)];
    const [barrier, computed] = [new Barrier(workers), new SharedValue('int32')];
    const cut = (part: number): number => Math.floor((part * points) / workers);
    const early = await resultsOf(
      Array.from({ length: workers }, (_, part) => {
        const range = { from: cut(part), to: cut(part + 1) };
        return spawnThread(`part ${part + 1}`, simulate, { rods: [even, odd], ...range, steps, barrier, computed });
      }),
    );
    print(`${workers} workers have computed ${computed.value} parts of ${steps} steps`);
    print(`begun before all had ended the step before: ${early.reduce((sum, times) => sum + times, 0)}`);

    const rod = (steps % 2 === 0 ? even : odd).array;
    const alone = simulateAlone(points, steps);
    const differing = alone.filter((temperature, point) => !Object.is(temperature, rod[point])).length;
    print(`points that one thread computes otherwise: ${differing} of ${points}`);
    print(`the second point has ${rod[1]!.toFixed(3)} of 100 degrees`);
  },
);

function simulateAlone(points: number, steps: number): Temperatures {
  const rods: [Temperatures, Temperatures] = [coldRod(points), new Float64Array(points)];
  for (let step = 0; step < steps; step += 1) warm(rods[step % 2]!, rods[(step + 1) % 2]!, 0, points);
  return rods[steps % 2]!;
}
