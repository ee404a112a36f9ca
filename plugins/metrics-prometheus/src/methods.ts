import { OTHER } from './label.ts';

/** Requests of MCP that a client can make (2024-11-05 to 2026-07-28); a method that is none of them is `_other`. */
const METHODS: ReadonlySet<string> = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tools/call',
  'tools/list',
]);

/** The label value of a method: clients may send any string. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : OTHER;
}
