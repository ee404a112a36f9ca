/** The straight line through points [x, y] by least squares, and how much of what y does it explains (R²). */
export function fitted(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (of) => points.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const slope = sum((x, y) => x * y) / sum((x) => x * x);
  const rest = sum((x, y) => (y - slope * x) ** 2);
  return { slope, r2: 1 - rest / sum((_, y) => y * y) };
}
