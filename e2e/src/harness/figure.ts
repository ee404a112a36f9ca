/** Prints a measured value beside the test that measured it. Jest would wrap `console.log` in a stack trace. */
export function figure(what: string, value: number, unit: string): void {
  process.stderr.write(`  figure  ${what}: ${value.toFixed(value < 10 ? 1 : 0)} ${unit}\n`);
}
