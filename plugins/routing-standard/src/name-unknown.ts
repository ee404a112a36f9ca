import {
  type Call,
  type CatalogSnapshot,
  failed,
  type Outcome,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { shown } from './shown.ts';

const MAX_SUGGESTIONS = 3;

/** Ends a call of a tool or prompt that nobody has, with the names it may have meant. */
export function nameUnknown(
  call: Call,
  kind: 'tools' | 'prompts',
  name: string,
  snapshot: CatalogSnapshot,
): Outcome {
  const suggestions = snapshot.nearest(kind, name, MAX_SUGGESTIONS);
  const nearest = suggestions.length === 0 ? '' : `; nearest: ${suggestions.join(', ')}`;
  const code = kind === 'tools' ? 'TOOL_NOT_FOUND' : 'PROMPT_NOT_FOUND';
  const error = new SwitchyardError(code, { name: shown(name), nearest });
  return failed(call, error, { executed: 'no', phase: 'routing', more: { suggestions } });
}
