/** Nobody is waited for longer, whatever a server asks. */
const LONGEST_MS = 3_600_000;

/** RFC 9110, 5.6.7, in the one form that is still written: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a `Retry-After` asks to wait, in milliseconds (RFC 9110, 10.2.3: seconds or a date); undefined for what is
 * neither.
 * @param now milliseconds since 1970.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  const date = DATE.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST_MS);
}
