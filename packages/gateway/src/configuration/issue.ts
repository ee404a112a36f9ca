import type { BaseIssue } from 'valibot';
import type { Path } from './source-document.ts';

/** The first thing that is wrong with a value: which key below it, and why, in words. Values are never repeated. */
export function describeIssue(issue: BaseIssue<unknown>): { readonly path: Path; readonly reason: string } {
  const path = (issue.path ?? []).map((step) => step.key as string | number);
  // The schemas here word their own conditions; what valibot words itself would show the value, which may be a secret.
  const worded = issue.message.startsWith('Invalid ') ? `expected ${expected(issue)}` : issue.message;
  return { path, reason: issue.kind === 'schema' ? `${worded}, found ${kindOf(issue.input)}` : worded };
}

function expected(issue: BaseIssue<unknown>): string {
  const words = (issue.expected ?? 'something else').replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ');
  return words.replaceAll('Array', 'a list').replaceAll('Object', 'an object');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}
