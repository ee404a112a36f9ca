import { createGateway, parseConfiguration, type Gateway } from '@switchyard/gateway';
import type { AnyPlugin, ReloadResult, ServerView } from '@switchyard/plugin-api';
import catalogMemory from '../../../plugins/catalog-memory/src/index.ts';
import resilience from '../../../plugins/resilience/src/index.ts';
import routing from '../../../plugins/routing-standard/src/index.ts';
import { Broken } from './broken.ts';
import { chanceOf } from './chance.ts';
import { changed, textOf, type Written } from './configuration-text.ts';
import { createClients } from './clients.ts';
import { createChecks } from './checks.ts';
import { memoryStore, storePlugin } from './memory-store.ts';
import type { Scenario, Step } from './scenario.ts';
import { settle } from './settle.ts';
import { files } from './simulated-files.ts';
import { doorPlugin, transportPlugin } from './simulated-plugins.ts';
import { createVirtualTime } from './virtual-clock.ts';
import { createWorld, type Instance, type Manners } from './world.ts';

const FILE = '/simulated/switchyard.jsonc';

/** How a simulation is run. */
export interface SimulateOptions {
  /** Gets a line for each thing that happens, in virtual time. */
  readonly trace?: (line: string) => void;
  /** Adds to these, by what happened and which promise was looked at how often. */
  readonly counts: Map<string, number>;
  /** The wall clock stays as it is: to show that nothing depends on it. */
  readonly withoutJumps?: boolean;
}

/** What became of a scenario in which every promise was kept. */
export interface Kept {
  readonly steps: number;
  readonly virtualMs: number;
  readonly calls: number;
  /** Of all that clients were told, in order. */
  readonly told: string;
}

/**
 * Runs a whole gateway through a scenario, in virtual time, and looks at the promises after each step.
 * To be called by the event loop itself: not from a promise (`settle`).
 * @throws Broken with the step that it happened in
 */
export function simulate(scenario: Scenario, { trace, counts, withoutJumps }: SimulateOptions): Kept {
  const time = createVirtualTime();
  const clock = time.clock();
  const own = time.clock();
  const world = createWorld();
  let step = -1;
  let broken: Broken | undefined;
  const told: string[] = [];
  const note = (what: string, about = ''): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    trace?.(`${String(time.now).padStart(8)}  ${String(step).padStart(3)}  ${what} ${about}`);
  };
  const report = (invariant: Broken['invariant'], sentence: string): void => {
    broken ??= new Broken(invariant, sentence);
  };

  for (const [name, { manners }] of Object.entries(scenario.servers)) world.manners.set(name, { ...manners });
  let written: Written = {
    servers: new Map(
      Object.entries(scenario.servers).flatMap(([name, { entry }]) =>
        entry.enabled ? [[name, entry] as const] : [],
      ),
    ),
    bad: new Set(),
    maxProcesses: undefined,
    spelling: 0,
  };
  files.set(FILE, textOf(written));

  const { opened, plugin: door } = doorPlugin(own, () => opened.balance().inFlight > 0);
  const chance = chanceOf(scenario.seed ^ 0x2545f491);
  const gateway: Gateway = createGateway({
    configuration: parseConfiguration(textOf(written), { file: FILE, folder: '/simulated', env: {} }),
    plugins: [
      storePlugin(memoryStore()),
      transportPlugin({ clock: own, world, note }),
      catalogMemory,
      routing,
      resilience,
      door,
    ].map((plugin: AnyPlugin) => ({ name: plugin.id, from: '/simulated', plugin })),
    version: '0.0.0',
    env: {},
    clock,
    random: { next: chance.next },
  });
  const clients = createClients({
    plans: scenario.clients,
    door: () => opened.door!,
    snapshot: () => gateway.catalog.snapshot,
    clock: own,
    note,
    report,
    looked: (invariant) => {
      const key = `looked at ${invariant}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  });
  const checks = createChecks({
    clients,
    world,
    gateway,
    now: () => time.now,
    date: () => clock.date(),
    pending: () => clock.pending,
    balance: () => opened.balance(),
    report,
    counts,
  });
  gateway.servers.changes$.subscribe((view: ServerView) => {
    note(`phase ${view.phase}`, view.name);
    if (view.breaker) note(`breaker ${view.breaker.phase}`, view.name);
    checks.changed(view);
  });
  checks.configured(written);

  /** What a promise came to, once all that is settled was heard. */
  const outcomeOf = <T>(
    promise: Promise<T>,
  ): (() => { readonly value?: T; readonly error?: unknown } | undefined) => {
    let came: { readonly value?: T; readonly error?: unknown } | undefined;
    promise.then(
      (value) => (came = { value }),
      (error: unknown) => (came = { error }),
    );
    return () => came;
  };

  const started = outcomeOf(gateway.start());
  settle();
  const start = started();
  if (!start || 'error' in start)
    throw new Broken('fault', `the gateway did not start: ${String(start?.error)}`);

  const names = Object.keys(scenario.servers);
  const serverAt = (index: number): string => names[index % names.length]!;
  const instancesOf = (server: string): Instance[] =>
    [...world.instances].filter((each) => each.server === server && each.state === 'open');

  /** Mostly one that offers something. */
  function calledServer({ server, n }: Extract<Step, { do: 'call' }>): string {
    const { snapshot } = gateway.catalog;
    const wanted = serverAt(server);
    if (n % 8 === 0 || snapshot.counts(wanted).tools > 0) return wanted;
    return names.find((name) => snapshot.counts(name).tools > 0) ?? wanted;
  }

  function order(name: string, what: Extract<Step, { do: 'order' }>['order']): void {
    note(`order ${what}`, name);
    const { servers } = gateway;
    if (what === 'probe') {
      void servers.probe(name);
      return;
    }
    const done = checks.ordered(name, what);
    servers[what](name).then(done, (error: unknown) => {
      note('order refused', String(error));
    });
  }

  function reload(change: Extract<Step, { do: 'reload' }>): void {
    const next = changed(written, change.change, serverAt(change.server), change.entry);
    const isText = 'text' in next;
    const text = isText ? next.text : textOf(next);
    if (text === undefined) files.delete(FILE);
    else files.set(FILE, text);
    note(`reload ${change.change}`, serverAt(change.server));
    const before = checks.beforeReload();
    const came = outcomeOf(gateway.reload.apply());
    settle();
    const result = came()?.value as ReloadResult | undefined;
    if (!result) return report('fault', 'a reload did not come to its end');
    if (result.ok !== !isText)
      return report(
        'R14',
        `a reload (${change.change}) was ${result.ok ? 'taken' : 'refused'}: ${result.ok ? '' : result.problem.message}`,
      );
    if (!isText) written = next;
    files.set(FILE, textOf(written));
    checks.reloaded(before, result, written);
  }

  function say({ server, which, what, id }: Extract<Step, { do: 'say' }>): void {
    const all = instancesOf(serverAt(server));
    const instance = all[which % all.length];
    if (!instance) return;
    const { act } = instance;
    note(`say ${what}`, `${instance.server} #${instance.id}`);
    const { openRequests, lastAnswer } = act;
    const nobody = JSON.stringify({ nonce: 'none', client: 'nobody' });
    const stray = JSON.stringify({ content: [{ type: 'text', text: nobody }] });
    switch (what) {
      case 'noise':
        return act.say('Server listening on stdio');
      case 'garbage':
        return act.say('{"jsonrpc":"2.0","id":');
      case 'flood':
        for (let line = 0; line < 2_100; line += 1) act.say('a line that is no message');
        return undefined;
      case 'foreign':
        // The id of a call as a text, or one of nobody's: no answer to anything.
        return act.say(
          openRequests.length > 0
            ? `{"jsonrpc":"2.0","id":"${openRequests[which % openRequests.length]}","result":${stray}}`
            : `{"jsonrpc":"2.0","id":${id},"result":${stray}}`,
        );
      case 'again':
        return lastAnswer ? act.say(lastAnswer.text) : undefined;
      case 'stray_progress': {
        const progressToken = lastAnswer?.id ?? id;
        const params = JSON.stringify({ progressToken, progress: 1, message: nobody });
        return act.say(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`);
      }
      case 'question':
        return act.say(
          `{"jsonrpc":"2.0","id":"stray-${id}","method":"elicitation/create","params":${JSON.stringify({ message: nobody, requestedSchema: {} })}}`,
        );
      case 'log':
        return act.say(
          '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"busy"}}',
        );
      case 'updated':
        return act.say(
          `{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"sim://${instance.server}/r"}}`,
        );
      case 'ping':
        return act.say(`{"jsonrpc":"2.0","id":"ping-${id}","method":"ping"}`);
    }
  }

  function take(it: Step): void {
    switch (it.do) {
      case 'call':
        return checks.made(clients.call(it, calledServer(it)));
      case 'list':
        return clients.request(it.client, 'tools/list', {});
      case 'subscribe':
      case 'unsubscribe': {
        const uri = `sim://${serverAt(it.server)}/r`;
        return clients.request(it.client, `resources/${it.do}`, { uri }, uri);
      }
      case 'cancel':
        return clients.cancel(it.which);
      case 'reply':
        return clients.reply(it.which);
      case 'vanish':
        return clients.vanish(it.client, it.cancels);
      case 'set_level':
        return clients.setLevel(it.client, it.cancels);
      case 'pass':
        note('time passes', `${it.ms} ms`);
        return time.passTo(time.now + it.ms, settle);
      case 'pass_to_next': {
        const { nextAt } = time;
        note('time passes to the next timer');
        if (nextAt !== undefined) time.passTo(nextAt, settle);
        return;
      }
      case 'jump':
        note('the wall clock jumps');
        if (!withoutJumps) time.jump(it.ms);
        return;
      case 'crash': {
        const all = instancesOf(serverAt(it.server));
        const instance = all[it.which % all.length];
        if (!instance) return;
        note('crash', `${instance.server} #${instance.id}`);
        checks.crashes(instance, it);
        return instance.act.crash(it);
      }
      case 'manners': {
        const server = serverAt(it.server);
        note(`manners ${Object.keys(it.manners)[0]}`, `${server} ${JSON.stringify(it.manners)}`);
        checks.disturbed(server);
        Object.assign(world.manners.get(server)!, it.manners);
        return;
      }
      case 'go_on': {
        const server = serverAt(it.server);
        const manners: Manners = world.manners.get(server)!;
        note('goes on', server);
        checks.disturbed(server);
        Object.assign(manners, { hangs: false, stalls: false, start: 'ready', listsFail: false });
        manners.startMs = Math.min(manners.startMs, 3_000);
        for (const instance of instancesOf(server)) instance.act.goOn();
        return;
      }
      case 'change_lists': {
        const server = serverAt(it.server);
        const manners: Manners = world.manners.get(server)!;
        note('lists change', server);
        manners.tools = it.tools;
        manners.edition += 1;
        checks.listsChanged(server);
        for (const { act } of instancesOf(server))
          for (let time = 0; time < it.times; time += 1)
            act.say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
        return;
      }
      case 'say':
        return say(it);
      case 'order':
        return order(serverAt(it.server), it.order);
      case 'reload':
        return reload(it);
      case 'shutdown':
        return shutdown();
    }
  }

  function shutdown(): void {
    note('shutdown');
    for (const manners of world.manners.values()) manners.latencyMs = Math.min(manners.latencyMs, 100);
    const beganAt = time.now;
    const came = outcomeOf(gateway.stop());
    settle();
    checks.stopping(opened.isClosing);
    while (!came() && time.nextAt !== undefined && time.nextAt <= beganAt + 60_000)
      time.passTo(time.nextAt, settle);
    const end = came();
    if (!end) return report('R13', `the gateway had not stopped after ${time.now - beganAt} ms`);
    if ('error' in end) return report('R13', `the gateway did not stop cleanly: ${String(end.error)}`);
    checks.stopped(time.now - beganAt);
    // What a wire may still be given to say why it closed.
    time.passTo(time.now + 600, settle);
    checks.over();
  }

  for (step = 0; step < scenario.steps.length; step += 1) {
    try {
      take(scenario.steps[step]!);
      settle();
      checks.afterStep();
      if (step % 16 === 0) checks.shown();
    } catch (error) {
      report('fault', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    for (const call of clients.takeEnded()) {
      checks.ended(call);
      told.push(`${time.now} ${call.nonce} ${call.outcome!.kind} ${call.code ?? ''} ${call.executed ?? ''}`);
    }
    // Set by whatever was called.
    const found = broken as Broken | undefined;
    if (found) throw Object.assign(found, { step });
  }
  return { steps: step, virtualMs: time.now, calls: clients.all.length, told: told.join('\n') };
}
