/** One look at a process. */
export interface Sample {
  /** Runs finished by then. */
  readonly run: number;
  readonly rssMiB: number;
}

export interface Trend {
  readonly startMiB: number;
  readonly middleMiB: number;
  readonly endMiB: number;
  readonly peakMiB: number;
  /** Growth in MiB per 100 runs over the second half: the first one also warms up. */
  readonly slope: number;
}

/** @param samples - in order, at least one */
export function trendOf(samples: readonly Sample[]): Trend {
  const half = samples.slice(samples.length >> 1);
  return {
    startMiB: samples.at(0)?.rssMiB ?? Number.NaN,
    middleMiB: half.at(0)?.rssMiB ?? Number.NaN,
    endMiB: samples.at(-1)?.rssMiB ?? Number.NaN,
    peakMiB: Math.max(...samples.map(({ rssMiB }) => rssMiB)),
    slope: 100 * slopeOf(half),
  };
}

/** Least squares; 0 where all samples are of one run. */
function slopeOf(samples: readonly Sample[]): number {
  const runMean = mean(samples.map(({ run }) => run));
  const rssMean = mean(samples.map(({ rssMiB }) => rssMiB));
  let product = 0;
  let square = 0;
  for (const { run, rssMiB } of samples) {
    product += (run - runMean) * (rssMiB - rssMean);
    square += (run - runMean) ** 2;
  }
  return square === 0 ? 0 : product / square;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
