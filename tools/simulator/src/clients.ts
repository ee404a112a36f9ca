import {
  ownErrorOf,
  parsePayload,
  payloadOf,
  type Call,
  type CatalogSnapshot,
  type Clock,
  type Door,
  type Exchange,
  type ExchangeEvent,
  type Executed,
  type Outcome,
  type Payload,
} from '@switchyard/plugin-api';
import type { Report } from './broken.ts';
import type { Marked } from './call-plan.ts';
import type { ClientPlan, Step } from './scenario.ts';

type CallStep = Extract<Step, { do: 'call' }>;

/** A tool call of a client, and what it was told of it. */
export interface ToldCall {
  readonly nonce: string;
  /** Slot and session: whom it belongs to. */
  readonly client: string;
  readonly principal: string;
  readonly server: string;
  readonly tool: string;
  readonly publicName: string;
  /** The catalog had the name when the call was made. */
  readonly wasListed: boolean;
  readonly timeoutMs: number | undefined;
  readonly wantsProgress: boolean;
  readonly startedAt: number;
  endedAt: number | undefined;
  outcome: Outcome | undefined;
  /** What its error says, where it has one. */
  executed: Executed | undefined;
  /** Of the table, for an error of the gateway's own. */
  code: string | undefined;
  progress: number;
  /** It was asked something, or got progress: its time is counted otherwise. */
  wasProlonged: boolean;
  gaveUp: boolean;
}

/** Every client of the simulation. */
export interface Clients {
  /** Tool calls that are not over. */
  readonly open: ReadonlySet<ToldCall>;
  /** Tool calls, in the order of making. */
  readonly all: readonly ToldCall[];
  /** Those that ended since they were last taken. */
  takeEnded(): readonly ToldCall[];
  /** What clients count, of whatever method. */
  readonly counts: { readonly made: number; readonly answered: number; readonly cancelled: number };
  /** Questions that are not answered. */
  readonly questions: number;
  call(step: CallStep, server: string): ToldCall;
  /** A request of another method. */
  request(client: number, method: string, params: object, name?: string): void;
  cancel(which: number): void;
  reply(which: number): void;
  /** A session ends; `cancels`: it gives up its calls. */
  vanish(client: number, cancels: boolean): void;
  setLevel(client: number, isLoud: boolean): void;
}

interface Slot {
  readonly plan: ClientPlan;
  session: number;
}

interface Under {
  readonly call: ToldCall | undefined;
  readonly client: string;
  exchange: Exchange | undefined;
  isOver: boolean;
}

/** What clients work with. */
export interface ClientsParts {
  readonly plans: readonly ClientPlan[];
  readonly door: () => Door;
  readonly snapshot: () => CatalogSnapshot;
  readonly clock: Clock;
  readonly note: (what: string, about?: string) => void;
  /** A promise was looked at. */
  readonly looked: (invariant: 'R3' | 'R4') => void;
  /** What is thrown at the gateway it would shelter itself from. */
  readonly report: Report;
}

/** Clients that use the door as an endpoint would: each hears what is said of its calls, and believes none of it. */
export function createClients({ plans, door, snapshot, clock, note, report, looked }: ClientsParts): Clients {
  const slots: Slot[] = plans.map((plan) => ({ plan, session: 1 }));
  const open = new Set<ToldCall>();
  const all: ToldCall[] = [];
  const under = new Set<Under>();
  const questions: { readonly under: Under; readonly id: string }[] = [];
  const counts = { made: 0, answered: 0, cancelled: 0 };
  let ended: ToldCall[] = [];

  const slotOf = (index: number): Slot => slots[index % slots.length]!;
  const nameOf = (slot: Slot): string => `c${slots.indexOf(slot)}.${slot.session}`;
  const sessionOf = (slot: Slot) => ({ principal: slot.plan.principal, audience: nameOf(slot) });

  const make = (slot: Slot, method: string, params: Payload, more: Partial<Call>): Call => ({
    id: door().newCallId(),
    method,
    params,
    name: undefined,
    ...sessionOf(slot),
    client: {
      era: 'legacy',
      protocolVersion: '2025-11-25',
      capabilities: slot.plan.canBeAsked ? { elicitation: {} } : {},
    },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: slot.plan.canBeAsked,
    ...more,
  });

  const over = (it: Under, outcome: Outcome): void => {
    it.isOver = true;
    under.delete(it);
    if (outcome.kind === 'cancelled') counts.cancelled += 1;
    else counts.answered += 1;
    const { call } = it;
    if (!call) return;
    call.outcome = outcome;
    call.endedAt = clock.now();
    open.delete(call);
    ended.push(call);
    if (outcome.kind === 'error') {
      call.executed = outcome.executed;
      call.code = ownErrorOf(outcome)?.code;
    }
    const words = outcome.kind === 'error' ? `executed ${outcome.executed}` : '';
    note(
      outcome.kind === 'error' ? `error ${call.code ?? 'of the server'}` : outcome.kind,
      `${call.nonce} ${words}`,
    );
    if (outcome.kind !== 'result') return;
    looked('R3');
    verifyMark(call, textOf(outcome.result), 'a result', report);
  };

  const heard = (it: Under, event: ExchangeEvent): void => {
    if (it.isOver) {
      const what = `${it.call?.nonce ?? 'a request'} was told ${event.kind} after its end`;
      return report(event.kind === 'outcome' ? 'R1' : 'R4', what);
    }
    switch (event.kind) {
      case 'outcome':
        return over(it, event.outcome);
      case 'progress': {
        const { progress, message } = parsePayload(event.params) as { progress: number; message: string };
        const { call } = it;
        if (!call?.wantsProgress) return report('R3', `${call?.nonce} did not want progress`);
        verifyMark(call, message, 'progress', report);
        looked('R3');
        looked('R4');
        if (progress <= call.progress)
          report('R4', `${call.nonce}: progress ${progress} after ${call.progress}`);
        call.progress = progress;
        call.wasProlonged = true;
        return note('progress', call.nonce);
      }
      case 'ask': {
        const { message } = parsePayload(event.ask.params!) as { readonly message: string };
        const { client, nonce } = JSON.parse(message) as Marked;
        looked('R3');
        if (client !== 'nobody' && client !== it.client)
          report('R3', `${it.client} was asked what ${nonce} of ${client} was about`);
        if (it.call) it.call.wasProlonged = true;
        questions.push({ under: it, id: event.ask.id });
        return note('asked', nonce);
      }
      case 'withdrawn':
      case 'log':
        return undefined;
    }
  };

  const execute = (it: Under, call: Call): void => {
    counts.made += 1;
    under.add(it);
    it.exchange = door().execute(call, (event) => heard(it, event));
  };

  const giveUp = (it: Under): void => {
    if (it.call) it.call.gaveUp = true;
    it.exchange?.cancel('the client gave it up');
    if (!it.isOver) report('R1', `${it.call?.nonce ?? 'a request'} was cancelled and is not over`);
  };

  return {
    open,
    all,
    takeEnded() {
      const taken = ended;
      ended = [];
      return taken;
    },
    counts,
    get questions() {
      return questions.length;
    },
    call({ n, client, tool, timeoutMs, wantsProgress, plan }, server) {
      const slot = slotOf(client);
      // Mostly one that there is.
      const listed = n % 10 === 0 ? 0 : snapshot().counts(server).tools;
      const index = listed === 0 ? tool : tool % listed;
      const publicName = `${server}__t${index}`;
      const call: ToldCall = {
        nonce: `n${n}`,
        client: nameOf(slot),
        principal: slot.plan.principal,
        server,
        tool: `t${index}`,
        publicName,
        wasListed: snapshot().resolve('tools', publicName) !== undefined,
        timeoutMs,
        wantsProgress,
        startedAt: clock.now(),
        endedAt: undefined,
        outcome: undefined,
        executed: undefined,
        code: undefined,
        progress: 0,
        wasProlonged: false,
        gaveUp: false,
      };
      all.push(call);
      open.add(call);
      note('call', `${call.nonce} of ${call.client} to ${publicName}: ${plan.answer}`);
      const params = payloadOf({
        name: publicName,
        arguments: { nonce: call.nonce, client: call.client, plan },
      });
      const made = make(slot, 'tools/call', params, { name: publicName, wantsProgress, timeoutMs });
      execute({ call, client: call.client, exchange: undefined, isOver: false }, made);
      return call;
    },
    request(client, method, params, name) {
      const slot = slotOf(client);
      note(method);
      const it: Under = { call: undefined, client: nameOf(slot), exchange: undefined, isOver: false };
      execute(it, make(slot, method, payloadOf(params), { name }));
    },
    cancel(which) {
      const all = [...under];
      const it = all[which % all.length];
      if (!it) return;
      note('cancel', it.call?.nonce);
      giveUp(it);
    },
    reply(which) {
      const index = which % questions.length;
      const [question] = Number.isNaN(index) ? [] : questions.splice(index, 1);
      if (!question) return;
      const taken = question.under.exchange?.reply(question.id, { result: payloadOf({ action: 'accept' }) });
      note(`reply ${taken}`, question.id);
    },
    vanish(client, cancels) {
      const slot = slotOf(client);
      const name = nameOf(slot);
      note('vanish', name);
      if (cancels) for (const it of [...under]) if (it.client === name) giveUp(it);
      door().sessionEnded(sessionOf(slot));
      slot.session += 1;
    },
    setLevel(client, isLoud) {
      door().setLogLevel(sessionOf(slotOf(client)), isLoud ? 'debug' : 'error');
      note('log level');
    },
  };
}

function textOf(result: Payload): string {
  const { content } = parsePayload(result) as { readonly content: readonly { readonly text: string }[] };
  return content[0]?.text ?? '';
}

/** What is said to a client names the call that it is about. */
function verifyMark(call: ToldCall, text: string, what: string, report: Report): void {
  const { nonce, client } = JSON.parse(text) as Marked;
  if (nonce === call.nonce && client === call.client) return;
  report('R3', `${call.nonce} of ${call.client} got ${what} of ${nonce} of ${client}`);
}
