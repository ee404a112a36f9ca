/** An object of JSON whose texts and keys went through `redact`. */
export function masked(
  value: Readonly<Record<string, unknown>>,
  redact: (text: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redact(key), maskedValue(member, redact)]),
  );
}

function maskedValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return masked(value as Readonly<Record<string, unknown>>, redact);
}
