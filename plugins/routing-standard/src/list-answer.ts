import {
  type Call,
  type CatalogKind,
  type CatalogSnapshot,
  failed,
  type Outcome,
  parsePayload,
  SwitchyardError,
} from '@switchyard/plugin-api';

/** Answers a list from the catalog (2025-11-25, pagination: an invalid cursor is -32602). */
export function listAnswer(call: Call, kind: CatalogKind, snapshot: CatalogSnapshot): Outcome {
  const asked = cursorOf(call);
  const page = asked.kind === 'bad' ? undefined : snapshot.page(kind, asked.cursor);
  if (page !== undefined) return { kind: 'result', result: page };
  return failed(call, new SwitchyardError('CURSOR_INVALID'), { executed: 'no', phase: 'routing' });
}

function cursorOf(
  call: Call,
): { readonly kind: 'cursor'; readonly cursor?: string } | { readonly kind: 'bad' } {
  if (call.params === undefined) return { kind: 'cursor' };
  let params: unknown;
  try {
    params = parsePayload(call.params);
  } catch {
    // The scanner promises balance, not grammar.
    return { kind: 'bad' };
  }
  const cursor = (params as { readonly cursor?: unknown }).cursor;
  if (cursor === undefined) return { kind: 'cursor' };
  return typeof cursor === 'string' ? { kind: 'cursor', cursor } : { kind: 'bad' };
}
