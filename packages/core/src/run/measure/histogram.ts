/** Buckets of each power of two: what is told of a value is wrong by 1/32 at most. */
const perOctave = 32;
const octaves = 42;
/** What a run needs whose tasks take no longer than 10 ms: ten kilobytes for each stage of each run are felt in short ones. */
const firstOctaves = 16;
/** The unit that is counted, in ms: ten nanoseconds, as cheap tasks take less than a microsecond. The last bucket ends after 16 days. */
const unitMs = 1e-5;

/**
 * How a time is spread over many items, in ms. Percentiles are those of a histogram whose buckets grow with the time, as in HdrHistogram (Gil
 * Tene, http://hdrhistogram.org): what they tell is too large by 1/32 at most.
 */
export interface Spread {
  /** Items counted. */
  readonly count: number;
  /** Arithmetic mean, in ms. */
  readonly mean: number;
  /** Half of the items took no longer than this, in ms. */
  readonly p50: number;
  /** 90 % of the items took no longer than this, in ms. */
  readonly p90: number;
  /** 99 % of the items took no longer than this, in ms. */
  readonly p99: number;
  /** The longest time, in ms. */
  readonly max: number;
}

/**
 * Times in buckets that grow with the time, so that few of them tell percentiles of microseconds and of hours alike.
 * The buckets are those of HdrHistogram (Gil Tene, http://hdrhistogram.org): linear within each power of two.
 */
export class Histogram {
  #counts = new Float64Array(perOctave * firstOctaves);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** So many items took `ms` each. */
  record(ms: number, items = 1): void {
    const bucket = bucketOf(ms);
    if (bucket >= this.#counts.length) this.#grow();
    this.#counts[bucket]! += items;
    this.#count += items;
    this.#sum += ms * items;
    if (ms > this.#max) this.#max = ms;
  }

  /** Undefined when nothing was recorded. */
  spread(): Spread | undefined {
    if (this.#count === 0) return undefined;
    return {
      count: this.#count,
      mean: this.#sum / this.#count,
      p50: this.#percentile(0.5),
      p90: this.#percentile(0.9),
      p99: this.#percentile(0.99),
      max: this.#max,
    };
  }

  #grow(): void {
    const counts = new Float64Array(perOctave * octaves);
    counts.set(this.#counts);
    this.#counts = counts;
  }

  #percentile(share: number): number {
    const wanted = share * this.#count;
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      seen += this.#counts[bucket]!;
      // The end of a bucket may lie beyond all that was met in it.
      if (seen >= wanted) return Math.min(endOf(bucket), this.#max);
    }
    return this.#max;
  }
}

/** Values below `perOctave` units have a bucket each; above, an octave from 2^k has `perOctave` buckets of 2^k / perOctave. */
function bucketOf(ms: number): number {
  const units = ms / unitMs;
  if (units < perOctave) return Math.max(0, Math.floor(units));
  const octave = Math.floor(Math.log2(units / perOctave));
  const bucket = perOctave * (octave + 1) + Math.floor(units / 2 ** octave) - perOctave;
  return Math.min(bucket, perOctave * octaves - 1);
}

/** Upper end of a bucket, in ms. */
function endOf(bucket: number): number {
  if (bucket < perOctave) return (bucket + 1) * unitMs;
  const octave = Math.floor(bucket / perOctave) - 1;
  return ((bucket % perOctave) + perOctave + 1) * 2 ** octave * unitMs;
}

/** The same times, each multiplied. */
export function scaled({ count, mean, p50, p90, p99, max }: Spread, by: number): Spread {
  return { count, mean: mean * by, p50: p50 * by, p90: p90 * by, p99: p99 * by, max: max * by };
}
