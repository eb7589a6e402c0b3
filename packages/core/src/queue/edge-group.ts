import type { Edge, EdgeGauge } from './edge.js';

/** The edges into or out of one stage, read as one. */
export class EdgeGroup implements EdgeGauge {
  readonly edges: readonly Edge[];

  constructor(edges: readonly Edge[]) {
    this.edges = edges;
  }

  get length(): number {
    return this.edges.reduce((sum, { length }) => sum + length, 0);
  }

  /** Of the fullest one. */
  get peak(): number {
    return this.edges.reduce((most, { peak }) => Math.max(most, peak), 0);
  }

  /** Of the fullest one. */
  get peakBytes(): number {
    return this.edges.reduce((most, { peakBytes }) => Math.max(most, peakBytes), 0);
  }

  get accepted(): number {
    return this.edges.reduce((sum, { accepted }) => sum + accepted, 0);
  }
}
