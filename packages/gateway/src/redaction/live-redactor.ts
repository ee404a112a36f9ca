import type { Secret } from '@switchyard/plugin-api';
import { createRedactor, redactNothing, type Redactor } from './redactor.ts';

/** What servers that end may still print: so many values of earlier configurations are masked on. */
const REMEMBERED = 2_000;

/** A redactor that learns, for all who have it. */
export interface LiveRedactor {
  readonly redact: Redactor;
  /** Masks these from now on, and those known before as well. Tells whether any of them is new. */
  learn(secrets: readonly Secret[]): boolean;
}

/** A redactor that knows these secrets to begin with. */
export function liveRedactor(secrets: readonly Secret[]): LiveRedactor {
  let values = new Set(secrets.map((secret) => secret.reveal()));
  let redactor = createRedactor(values);
  return {
    redact: (text) => (redactor === redactNothing ? text : redactor(text)),
    learn(more) {
      const revealed = more.map((secret) => secret.reveal());
      if (revealed.every((value) => values.has(value))) return false;
      // The latest are the last, and those of the configuration in force are never among the ones let go.
      const old = [...values].filter((value) => !revealed.includes(value)).slice(-REMEMBERED);
      values = new Set([...old, ...revealed]);
      redactor = createRedactor(values);
      return true;
    },
  };
}
