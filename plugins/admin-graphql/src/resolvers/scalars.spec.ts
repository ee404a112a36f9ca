import { describe, expect, it } from '@jest/globals';
import { parseValue } from 'graphql';
import { durationMs, scalarResolvers } from './scalars.ts';

describe('a Duration', () => {
  it.each<[unknown, number]>([
    [0, 0],
    [1500, 1_500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['PT30S', 30_000],
    ['PT0.5S', 500],
    ['PT1H2M3S', 3_723_000],
    ['P1DT1S', 86_401_000],
  ])('reads %j as %d ms', (value, ms) => {
    expect(durationMs(value)).toBe(ms);
  });

  it.each([[-1], [NaN], ['30'], ['-30s'], ['P'], ['PT'], ['P1M'], ['PT1'], ['soon'], [true], [null], [{}]])(
    'refuses %j',
    (value) => {
      expect(() => durationMs(value)).toThrow(/a Duration is/);
    },
  );

  it('reads literals, and writes what it reads', () => {
    expect(scalarResolvers.Duration.parseLiteral(parseValue('2000'))).toBe(2_000);
    expect(scalarResolvers.Duration.parseLiteral(parseValue('"2s"'))).toBe(2_000);
    expect(durationMs(scalarResolvers.Duration.serialize(90_500))).toBe(90_500);
  });
});

describe('a DateTime', () => {
  it('is RFC 3339 outside and milliseconds inside', () => {
    const { serialize, parseValue: read, parseLiteral } = scalarResolvers.DateTime;
    expect(serialize(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(read('1970-01-01T00:00:01Z')).toBe(1_000);
    expect(parseLiteral(parseValue('"1970-01-01T00:00:01Z"'))).toBe(1_000);
    expect(() => read('yesterday')).toThrow(/a DateTime is/);
  });
});

it('takes JSON as it is', () => {
  const { serialize, parseValue: read, parseLiteral } = scalarResolvers.JSON;
  expect(serialize({ a: [1] })).toEqual({ a: [1] });
  expect(read('x')).toBe('x');
  expect(parseLiteral(parseValue('{ a: [1, "b", true] }'))).toEqual({ a: [1, 'b', true] });
});
