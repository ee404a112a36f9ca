import { payloadOf, parsePayload, type Outcome } from '@switchyard/plugin-api';
import { maskTexts } from './mask-view.ts';
import { redactNothing, type Redactor } from './redactor.ts';

/**
 * An outcome as a client may have it. Masked is what the gateway itself says, for that may repeat the last words of a
 * server; what a server answered is its own, and passes as it came.
 */
export function maskOutcome(outcome: Outcome, redact: Redactor): Outcome {
  if (outcome.kind !== 'error' || outcome.from !== 'gateway' || redact === redactNothing) return outcome;
  const text = Buffer.from(outcome.error.bytes).toString();
  if (redact(text) === text) return outcome;
  return { ...outcome, error: payloadOf(maskTexts(parsePayload(outcome.error), redact) as object) };
}
