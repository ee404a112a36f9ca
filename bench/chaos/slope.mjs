/**
 * The slope of the straight line through points [x, y] by least squares, with its 95 % confidence interval. The interval
 * takes the points for independent of each other; where a sample resembles the one before it, it is too narrow.
 */
export function slopeOf(points) {
  const count = points.length;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (of) => points.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const spread = sum((x) => x * x);
  const slope = sum((x, y) => x * y) / spread;
  const rest = sum((x, y) => (y - slope * x) ** 2);
  const half = quantile(count - 2) * Math.sqrt(rest / (count - 2) / spread);
  return { slope, from: slope - half, to: slope + half, count };
}

/** In megabytes an hour. */
const WANTED = 1;

/** A heap that surely falls has not settled, and tells as little of an hour as one whose slope may be anything. */
export function verdictOf(heap) {
  if (heap === undefined) return 'cannot be told';
  if (heap.from > WANTED) return 'missed';
  return heap.to <= WANTED && heap.from >= -WANTED ? 'met' : 'cannot be told';
}

/** Of Student's t, 97.5 %, to three digits from four degrees of freedom on. */
function quantile(degrees) {
  return 1.96 + 2.372 / degrees + 2.822 / degrees ** 2 + 2.556 / degrees ** 3;
}
