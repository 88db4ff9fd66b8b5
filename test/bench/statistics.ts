import { quantile } from "../../infra/load/quantile.ts";

export { quantile };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The values of two sides by pairs: those measured next to each other, so that a slow minute of the machine hits both. */
export function paired(
  a: readonly number[],
  b: readonly number[],
  combine: (a: number, b: number) => number,
): { median: number; min: number; max: number } {
  const combined = a.map((value, i) => combine(value, b[i] ?? Number.NaN));
  return { median: median(combined), min: Math.min(...combined), max: Math.max(...combined) };
}

/** The straight line with the least squares through points: what y grows by for one more of x, and y at no x. */
export function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; start: number } {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const slope = mean(([x, y]) => (x - meanX) * (y - meanY)) / mean(([x]) => (x - meanX) ** 2);
  return { slope, start: meanY - slope * meanX };
}

const resamples = 2_000;

/** A 95 % confidence interval of the median, by the bootstrap: the medians of samples drawn from the values themselves. */
export function medianInterval(values: readonly number[]): { low: number; high: number } {
  const draw = () => values[Math.floor(Math.random() * values.length)] ?? Number.NaN;
  const medians = Array.from({ length: resamples }, () => median(values.map(draw)));
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}
