import { cpu, flow, io, type Pipeline, pipeline } from '@millrace/core';
import { type RunContender, type Size, workers } from '../contender.js';
import { Tally } from '../tally.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { workloadNamed } from '../workloads/workloads.js';
import { tallySink } from './millrace-tally.js';

interface Params {
  readonly workload: string;
  readonly size: Size;
}

// Of the run that is alive: a factory of cpu stages is called with params that were cloned, and can be given no object of the caller.
let tally = new Tally(() => 0);
const sink = tallySink(() => tally);

const oneStage = pipeline(import.meta, 'one stage', ({ workload: name, size }: Params) => {
  const workload = workloadNamed(name);
  return flow(() => workload.items(size))
    .pipe(cpu('task', (item) => workload.task(item)))
    .to(sink);
});

const movedOutputs = pipeline(import.meta, 'moved outputs', ({ workload: name, size }: Params) => {
  const workload = workloadNamed(name);
  return flow(() => workload.items(size))
    .pipe(cpu('task', (item) => workload.task(item), { transfer: true }))
    .to(sink);
});

const threeStages = pipeline(import.meta, 'three stages', ({ workload: name, size }: Params) => {
  const workload = workloadNamed(name);
  return flow(() => workload.items(size))
    .pipe(
      cpu('task', (item) => workload.task(item)),
      io('pass', (item) => item),
      cpu('pass again', (item) => item),
    )
    .to(sink);
});

/** A pipeline with one cpu stage, as a user would write it. */
export function millraceCpu(workload: Workload): RunContender {
  return tallied(workload, oneStage);
}

/** The same for outputs that are buffers, which their lane does not keep. */
export function millraceMoved(workload: Workload): RunContender {
  return tallied(workload, movedOutputs);
}

/** A cpu, an io and a cpu stage; the last two give on what they get. */
export function millraceThreeStages(workload: Workload): RunContender {
  return tallied(workload, threeStages);
}

function tallied(workload: Workload, pipe: Pipeline<Params>): RunContender {
  return async (size) => {
    tally = tallyOf(workload);
    await pipe.run({ workload: workload.name, size }, { workers });
    return tally.outcome;
  };
}
