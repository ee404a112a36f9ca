import type { LedgerBalance } from '@switchyard/plugin-api';
import type { ToldCall } from '../clients.ts';
import type { Delivery } from '../world.ts';

/*
 * What is promised of calls (the design, reliability, 1.1), as sentences about what was seen: undefined where the promise
 * was kept, else what contradicts what.
 */

/** The largest numbers that the configuration gave a server so far: a call may have begun under any of them. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly startupMs: number;
  readonly maxConcurrent: number;
  readonly queue: number;
  /** Tools that may have been sent again. */
  readonly retrySafe: readonly string[];
}

/** R1: at any instant accepted = answered + cancelled + in flight, and clients count the same. */
export function balanced(
  { accepted, answered, cancelled, inFlight }: LedgerBalance,
  counts: { readonly made: number; readonly answered: number; readonly cancelled: number },
): string | undefined {
  const is = (sum: boolean): boolean => sum;
  const agrees =
    is(accepted === answered + cancelled + inFlight) &&
    accepted === counts.made &&
    answered === counts.answered &&
    cancelled === counts.cancelled;
  return agrees
    ? undefined
    : `the ledger says ${JSON.stringify({ accepted, answered, cancelled, inFlight })}, the clients ${JSON.stringify(counts)}`;
}

/** How long the first list of a server may be waited for, a wire that takes nothing, and a total with progress. */
const ROUTING_MS = 5_000;
const LET_GO_MS = 200;
const TOTAL_MS = 300_000;

/** R2: the longest that a call may take. */
export function longest(call: ToldCall, { timeoutMs, startupMs }: Bounds, attempts: number): number {
  const given = Math.min(timeoutMs, call.timeoutMs ?? Infinity);
  const held = Math.min(startupMs > 30_000 ? startupMs : 5_000, call.timeoutMs ?? Infinity);
  const once = call.wasProlonged ? TOTAL_MS : given;
  // Sent again it has what is left of its time, and may be held anew for as long.
  const again = attempts > 1 ? held + once : 0;
  return (call.wasListed ? 0 : ROUTING_MS) + held + once + again + LET_GO_MS;
}

/** R2: a loss is answered soon. */
const LOSS_MS = 500;

/** R2: that a call which is under way is not too late. */
export function inTime(
  call: ToldCall,
  deliveries: readonly Delivery[],
  bounds: Bounds,
  now: number,
): string | undefined {
  const age = now - call.startedAt;
  const most = longest(call, bounds, deliveries.length);
  if (age > most) return `${call.nonce} is under way for ${age} ms; at most ${most} were possible`;
  const last = deliveries.at(-1);
  if (!last?.counts || isRetrySafe(call, bounds)) return undefined;
  const { endedAt } = last.instance;
  if (endedAt === undefined || now - endedAt <= LOSS_MS) return undefined;
  return `${call.nonce} was lost with ${call.server} #${last.instance.id} ${now - endedAt} ms ago, and nobody was told`;
}

/** Whether the configuration ever said that this tool may be sent twice. */
export function isRetrySafe({ tool }: ToldCall, { retrySafe }: Bounds): boolean {
  return retrySafe.includes(tool) || retrySafe.includes('*');
}

/** R5: what may not be sent again was sent at most once; what the server refused or did not take does not count. */
export function atMostOnce(
  call: ToldCall,
  deliveries: readonly Delivery[],
  executions: number,
  bounds: Bounds,
): string | undefined {
  if (isRetrySafe(call, bounds)) return undefined;
  const sent = deliveries.filter(({ counts }) => counts).length;
  if (sent > 1) return `${call.nonce} was sent ${sent} times, and nothing says that it may be`;
  if (executions > 1) return `${call.nonce} was executed ${executions} times`;
  return undefined;
}

/** R7: at most three attempts, the last one begun in the time that the call has. */
export function fewAttempts(
  call: ToldCall,
  deliveries: readonly Delivery[],
  bounds: Bounds,
): string | undefined {
  const sent = deliveries.filter(({ counts }) => counts);
  if (sent.length > 3) return `${call.nonce} was sent ${sent.length} times`;
  const last = sent.at(-1);
  if (last === undefined) return undefined;
  const late = last.at - call.startedAt;
  const most = longest(call, bounds, sent.length);
  return late > most ? `${call.nonce} was sent again ${late} ms after it was made` : undefined;
}

/** R6: what a call was told agrees with what its server did, then and later. */
export function honest(call: ToldCall, executions: number): string | undefined {
  const { outcome, executed, nonce } = call;
  if (outcome === undefined || outcome.kind === 'cancelled') return undefined;
  const said = outcome.kind === 'error' ? `executed: ${executed}` : `a ${outcome.kind}`;
  if (outcome.kind === 'result')
    return executions > 0 ? undefined : `${nonce} has ${said}, and nobody executed it`;
  if (executed === 'no' && executions > 0)
    return `${nonce} was told ${said} (${call.code}), and was executed ${executions} times`;
  if (executed === 'yes' && executions === 0)
    return `${nonce} was told ${said} (${call.code}), and nobody executed it`;
  return undefined;
}

/** R15: it went to what the catalog listed under its name. */
export function rightlyRouted(call: ToldCall, deliveries: readonly Delivery[]): string | undefined {
  for (const { instance, tool } of deliveries) {
    if (instance.server === call.server && tool === call.tool) continue;
    return `${call.nonce} for ${call.publicName} went to ${tool} of ${instance.server}`;
  }
  return undefined;
}

/** R15: what was listed when it was called is not unknown to the router. */
export function listedIsRouted(call: ToldCall): string | undefined {
  if (!call.wasListed || call.code !== 'TOOL_NOT_FOUND') return undefined;
  return `${call.nonce}: ${call.publicName} was listed, and is unknown`;
}
