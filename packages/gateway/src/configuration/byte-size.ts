const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1 << 10,
  MiB: 1 << 20,
  GiB: 1 << 30,
};

/** Bytes of a size as a configuration writes it: `1048576`, `"500KB"`, `"10MiB"`. Undefined: it is none. */
export function byteSizeOf(value: number | string): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|KiB|MiB|GiB)$/.exec(value) ?? [];
  return amount === undefined || unit === undefined ? undefined : Math.round(Number(amount) * UNITS[unit]!);
}
