import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import { liveRedactor } from './live-redactor.ts';

const secret = (value: string): readonly Secret[] => [new Secret(value)];

describe('a redactor that learns', () => {
  it('masks for who has it already, and forgets nothing', () => {
    const { redact, learn } = liveRedactor(secret('first-secret'));
    expect(redact('first-secret second-secret')).toBe('[redacted] second-secret');
    expect(learn(secret('second-secret'))).toBe(true);
    expect(redact('first-secret second-secret')).toBe('[redacted] [redacted]');
    expect(learn(secret('first-secret'))).toBe(false);
  });

  it('lets the oldest go after thousands, and never one that is in force', () => {
    const { redact, learn } = liveRedactor(secret('the-first-secret'));
    for (let index = 0; index < 3; index += 1)
      learn(Array.from({ length: 1_000 }, (_, at) => new Secret(`secret-number-${index}-${at}`)));
    expect(redact('the-first-secret')).toBe('the-first-secret');
    expect(redact('secret-number-2-0')).toBe('[redacted]');
    expect(redact('secret-number-2-999')).toBe('[redacted]');
  });
});
