/**
 * Bounds a wait for something that may never come; nothing waits for time.
 * @param what ends the sentence "after 30 s there was still no …".
 */
export async function within<T>(ms: number, what: string | (() => string), wait: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(`after ${ms / 1000} s there was still no ${typeof what === 'string' ? what : what()}`),
      );
    }, ms);
    // A wait that lost a race must not keep the test runner.
    timer.unref();
  });
  try {
    return await Promise.race([wait, limit]);
  } finally {
    clearTimeout(timer);
  }
}
