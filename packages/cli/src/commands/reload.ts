import type { ReloadResult } from '@switchyard/plugin-api';
import { askAdmin } from '../ask-admin.ts';
import type { RemoteFlags } from '../flags.ts';
import { planLines, planSummary, reloadReport } from '../reload-words.ts';
import { answeredReport } from '../rpc-error.ts';
import { findRunning } from '../running.ts';
import type { Terminal } from '../terminal.ts';

/** What `reload` may be told. */
export interface ReloadFlags extends RemoteFlags {
  readonly dryRun?: boolean;
  readonly expect?: string;
}

/**
 * Has the running gateway read its configuration again, and prints what that changes. It waits for the new configuration
 * to count, not for servers to be ready. @throws what was wrong with the file; then everything is as it was.
 */
export async function reload(flags: ReloadFlags, terminal: Terminal): Promise<number> {
  const { dryRun = false, expect, token } = flags;
  const running = await findRunning(flags, terminal);
  const result = await askAdmin<ReloadResult>(
    token === undefined ? running : { ...running, adminToken: token },
    '/reload',
    { dryRun, ...(expect !== undefined && { expectedRevision: expect }) },
  );
  const { paint } = terminal.err;
  if (!result.ok) {
    if (result.plan && !flags.json) terminal.print(planLines(result.plan, terminal.out).join('\n'));
    throw answeredReport(reloadReport(result.problem));
  }
  const { plan, applied } = result;
  if (flags.json) {
    terminal.print(JSON.stringify(result));
    return 0;
  }
  const lines = planLines(plan, terminal.out);
  if (lines.length > 0) terminal.print(lines.join('\n'));
  const verdict = dryRun ? 'would reload' : applied ? 'reloaded' : 'nothing to reload';
  terminal.tell(`${paint.green('✓')} ${verdict}  ${planSummary(plan)}`);
  return 0;
}
