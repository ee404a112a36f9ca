import { Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { badInput } from './bad-input.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const SHORT = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;
/** ISO 8601 without what has no fixed length. */
const ISO = /^P(?!$)(?:(\d{1,9})D)?(?:T(?!$)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

/** Milliseconds of `30s`, `PT30S` or `30000`. @throws BAD_USER_INPUT */
export function durationMs(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  if (typeof value === 'string') {
    const short = SHORT.exec(value);
    if (short) return Number(short[1]) * UNIT_MS[short[2] as keyof typeof UNIT_MS];
    const [iso, days = 0, hours = 0, minutes = 0, seconds = 0] = ISO.exec(value) ?? [];
    if (iso !== undefined) {
      return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
    }
  }
  throw badInput('a Duration is "30s", "PT30S" or a number of milliseconds');
}

/** A moment in milliseconds since 1970. @throws BAD_USER_INPUT */
function moment(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) throw badInput('a DateTime is "2026-01-31T12:00:00.000Z"');
  return at;
}

const fromLiteral = (node: ValueNode) => {
  // Numbers keep their text in a literal.
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
  return node.kind === Kind.STRING ? node.value : undefined;
};

export const scalarResolvers = {
  DateTime: {
    serialize: (at: number) => new Date(at).toISOString(),
    parseValue: moment,
    parseLiteral: (node: ValueNode) => moment(fromLiteral(node)),
  },
  Duration: {
    serialize: (ms: number) => `PT${ms / 1_000}S`,
    parseValue: durationMs,
    parseLiteral: (node: ValueNode) => durationMs(fromLiteral(node)),
  },
  JSON: {
    serialize: (value: unknown) => value,
    parseValue: (value: unknown) => value,
    parseLiteral: (node: ValueNode, variables?: Record<string, unknown>) =>
      valueFromASTUntyped(node, variables),
  },
};
