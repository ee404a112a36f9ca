import { SwitchyardError } from '@switchyard/plugin-api';

/** Why a request is not carried out: by HTTP, by the form of its body, by its size. */
export type Rule =
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'NOT_ACCEPTABLE'
  | 'REQUEST_TOO_LARGE'
  | 'BODY_NOT_JSON'
  | 'BATCH_REFUSED'
  | 'REQUEST_MALFORMED'
  | 'OPERATION_UNKNOWN'
  | 'QUERY_TOO_MANY_TOKENS'
  | 'QUERY_TOO_DEEP'
  | 'QUERY_TOO_MANY_ALIASES'
  | 'QUERY_TOO_MANY_DIRECTIVES'
  | 'QUERY_TOO_COSTLY'
  | 'QUERY_FRAGMENT_CYCLE'
  | 'SUBSCRIPTION_LIMIT';

/** A refusal, on its way to its client. */
export interface Refusal {
  readonly status: number;
  /** What programs read: `extensions.code`. */
  readonly rule: Rule;
  readonly error: SwitchyardError;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is none, or one that is not served here. */
export function malformed(
  status: number,
  rule: Rule,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { status, rule, headers, error: new SwitchyardError('GRAPHQL_REQUEST_INVALID', { reason }) };
}

/** A document that asks for too much. The limit is not said: it may change, and nobody should build on it. */
export function tooMuch(rule: Rule, reason: string): Refusal {
  return { status: 400, rule, error: new SwitchyardError('GRAPHQL_LIMIT', { reason }) };
}
