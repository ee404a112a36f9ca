import { chanceOf, type Chance } from './chance.ts';
import type { AnswerPlan, CallPlan } from './call-plan.ts';
import type { Change, Entry, Scenario, Step } from './scenario.ts';
import { GOOD_MANNERS, type Manners, type StartPlan } from './world.ts';

/** How often each kind of step comes, among those between the beginning and the end. */
const STEPS: Readonly<Record<Step['do'], number>> = {
  call: 34,
  list: 1.5,
  subscribe: 1,
  unsubscribe: 0.5,
  cancel: 3,
  reply: 4,
  vanish: 0.7,
  set_level: 0.4,
  pass: 16,
  pass_to_next: 22,
  jump: 0.7,
  crash: 2.5,
  manners: 2.5,
  go_on: 2.5,
  change_lists: 1.5,
  say: 3,
  order: 1.2,
  reload: 1,
  shutdown: 0,
};

const ANSWERS: Readonly<Record<AnswerPlan, number>> = {
  result: 60,
  tool_error: 3,
  rpc_error: 3,
  refused: 3,
  none: 3,
  damaged: 3,
  oversize: 2,
  twice: 3,
  exit_before: 1.5,
  exit_after: 2,
  lost: 3,
  status_503: 3,
  status_429: 2,
  untaken: 3,
};

const STARTS: Readonly<Record<StartPlan, number>> = {
  ready: 60,
  fails: 5,
  impossible: 1,
  exits: 4,
  refuses: 2,
  hangs: 2,
  never_lists: 1,
};

const CHANGES: Readonly<Record<Change, number>> = {
  nothing: 1,
  spelling: 1,
  syntax: 1,
  unknown_key: 1,
  gone: 0.5,
  bad_entry: 1,
  add: 1.5,
  remove: 1.5,
  version: 4,
  limits: 1.5,
  timeout: 1,
  enabled: 1.5,
  retry_safe: 1,
  breaker: 1,
  idle: 1,
  start: 1,
  sharing: 1,
  max_processes: 0.5,
};

const SAYINGS = {
  noise: 2,
  garbage: 2,
  flood: 0.1,
  foreign: 3,
  again: 3,
  stray_progress: 3,
  question: 2,
  log: 1,
  updated: 1,
  ping: 1,
};
const ORDERS = { start: 3, stop: 2, restart: 2, refresh: 2, probe: 1 };

/** How many servers there may be at once, those that a reload adds included. */
export const MAX_SERVERS = 5;

/** What one seed decides: who there is, and what happens. The last step ends the gateway. */
export function scenarioOf(seed: number, length: number): Scenario {
  const chance = chanceOf(seed);
  const count = chance.between(1, 4);
  const clients = Array.from({ length: chance.between(1, 4) }, () => ({
    principal: chance.pick(['local', 'local', 'ada', 'bob']),
    canBeAsked: chance.happens(0.6),
  }));
  const servers = Object.fromEntries(
    Array.from({ length: MAX_SERVERS }, (_, index) => {
      const entry = { ...entryOf(chance), ...(index >= count && { enabled: false }) };
      return [`s${index}`, { entry, manners: firstManners(chance) }];
    }),
  );
  const steps = Array.from({ length: length - 1 }, (_, n) => stepOf(n, chance, count));
  return { seed, servers, clients, steps: [...steps, { do: 'shutdown' }] };
}

function entryOf(chance: Chance): Entry {
  const limits = {
    ...(chance.happens(0.6) && { maxConcurrent: chance.between(1, 4) }),
    ...(chance.happens(0.6) && { queue: chance.between(0, 4) }),
  };
  return {
    transport: chance.pick(['spawn', 'spawn', 'net']),
    options: { version: 1 },
    start: chance.pick(['eager', 'eager', 'lazy', 'manual']),
    reload: chance.pick(['make-first', 'break-first']),
    sharing: chance.pick(['principal', 'principal', 'session', 'all']),
    timeout: chance.between(1_000, 20_000),
    startupTimeout: chance.between(500, 40_000),
    ...(chance.happens(0.3) && { idleTimeout: chance.between(500, 30_000) }),
    limits,
    breaker: chance.happens(0.15)
      ? false
      : {
          failures: chance.between(1, 5),
          window: chance.between(1_000, 30_000),
          cooldown: chance.between(100, 5_000),
        },
    tools: { retrySafe: chance.pick([[], ['t0'], ['t0', 't1'], ['*']]) },
    enabled: true,
  };
}

function firstManners(chance: Chance): Manners {
  return {
    ...GOOD_MANNERS,
    startMs: 1 + chance.time(3_000),
    closeMs: 1 + chance.time(4_500),
    latencyMs: chance.time(50),
    tools: chance.between(1, 4),
    ...(chance.happens(0.2) && { start: chance.weighted(STARTS) }),
    ...(chance.happens(0.3) && { tellsLate: true }),
  };
}

function planOf(chance: Chance): CallPlan {
  return {
    before: chance.time(chance.happens(0.1) ? 30_000 : 200),
    after: chance.time(chance.happens(0.1) ? 30_000 : 200),
    answer: chance.weighted(ANSWERS),
    then: chance.happens(0.5) ? 'result' : chance.weighted(ANSWERS),
    progress: chance.happens(0.3) ? chance.between(1, 4) : 0,
    asks: chance.happens(0.08),
    heeds: chance.happens(0.5),
  };
}

function stepOf(n: number, chance: Chance, count: number): Step {
  const kind = chance.weighted(STEPS);
  // Mostly those that there are from the beginning.
  const server = chance.happens(0.95) ? chance.under(count) : chance.under(MAX_SERVERS);
  const which = chance.under(1_000);
  const client = chance.under(1_000);
  switch (kind) {
    case 'call':
      return {
        do: kind,
        n,
        client,
        server,
        tool: chance.under(3),
        ...(chance.happens(0.15) && { timeoutMs: chance.between(50, 5_000) }),
        wantsProgress: chance.happens(0.5),
        plan: planOf(chance),
      };
    case 'list':
    case 'subscribe':
    case 'unsubscribe':
      return { do: kind, client, server };
    case 'cancel':
    case 'reply':
      return { do: kind, which };
    case 'vanish':
    case 'set_level':
      return { do: kind, client, cancels: chance.happens(0.7) };
    case 'pass':
      return { do: kind, ms: 1 + chance.time(chance.happens(0.15) ? 120_000 : 3_000) };
    case 'pass_to_next':
    case 'shutdown':
      return { do: 'pass_to_next' };
    case 'jump':
      return { do: kind, ms: chance.pick([-3_600_000, 3_600_000]) };
    case 'crash':
      return {
        do: kind,
        server,
        which,
        exitCode: chance.pick([0, 1, 1, 7, 126, 137]),
        forgotten: chance.happens(0.1),
      };
    case 'manners':
      return { do: kind, server, manners: changedManners(chance) };
    case 'go_on':
      return { do: kind, server };
    case 'change_lists':
      return { do: kind, server, tools: chance.between(1, 4), times: chance.happens(0.2) ? 20 : 1 };
    case 'say':
      return { do: kind, server, which, what: chance.weighted(SAYINGS), id: chance.under(1 << 30) };
    case 'order':
      return { do: kind, server, order: chance.weighted(ORDERS) };
    case 'reload':
      return { do: kind, server, change: chance.weighted(CHANGES), entry: entryOf(chance) };
  }
}

function changedManners(chance: Chance): Partial<Manners> {
  switch (chance.pick(['start', 'start', 'times', 'hangs', 'hangs', 'stalls', 'stalls', 'late', 'lists'])) {
    case 'start':
      return { start: chance.weighted(STARTS) };
    case 'times':
      return {
        startMs: 1 + chance.time(35_000),
        closeMs: 1 + chance.time(4_500),
        latencyMs: chance.time(100),
      };
    case 'hangs':
      return { hangs: true };
    case 'stalls':
      return { stalls: true };
    case 'late':
      return { tellsLate: chance.happens(0.5) };
    default:
      return { listsFail: chance.happens(0.5) };
  }
}
