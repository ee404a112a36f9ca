/** Runs something for each number below `count`, so many of them at once. */
export async function concurrently(
  count: number,
  atOnce: number,
  run: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      await run(n);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
