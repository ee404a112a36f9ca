import { describe, expect, it } from '@jest/globals';
import {
  definePlugin,
  parsePayload,
  type LogEntry,
  type Outcome,
  type ServerView,
} from '@switchyard/plugin-api';
import { firstValueFrom, filter } from 'rxjs';
import { parseConfiguration } from './configuration/index.ts';
import { createGateway } from './gateway.ts';
import { callFor, recorder } from './spec-calls.ts';
import { carelessTransport, eavesdropper, routerTo } from './spec-leaky.ts';
import { recordingLog } from './spec-log.ts';
import { diaryDoor, emptyCatalog, installed } from './spec-plugins.ts';
import { systemClock } from './system-clock.ts';

/** Prints all that it knows, also as JSON, in a URL and in base64, and fails. */
const LEAK = `
  const all = [...Object.values(process.env), ...process.argv.slice(1)];
  console.error(JSON.stringify(JSON.stringify(process.env)));
  console.error(all.map(encodeURIComponent).join(' '));
  console.error(all.map((each) => Buffer.from('user:' + each).toString('base64')).join(' '));
  console.error(all.join(' '));
  process.exit(3);
`;

const CANARIES = {
  fromEnvironment: 'c4nary-"variable"-1',
  inEnv: 'c4nary env 2',
  inArgument: 'c4nary-argument-3',
  inFlag: 'c4nary-flag-4',
  ofAnn: 'c4nary-token-5',
  inOptions: 'c4nary-options-6',
  ofAdmin: 'c4nary-admin-7',
};

const configuration = parseConfiguration(
  JSON.stringify({
    logging: { level: 'debug' },
    listen: { http: { tokens: { ann: '${TOKEN}' } } },
    plugins: { './own.mjs': { password: CANARIES.inOptions } },
    mcpServers: {
      leaky: {
        command: 'node',
        args: [
          '-e',
          LEAK,
          '--',
          `--api-key=${CANARIES.inFlag}`,
          '--token',
          CANARIES.inArgument,
          '${VARIABLE}',
        ],
        env: { PLAIN: CANARIES.inEnv, SECOND: 'x ${VARIABLE}' },
      },
    },
  }),
  {
    folder: '/',
    env: {
      TOKEN: CANARIES.ofAnn,
      VARIABLE: CANARIES.fromEnvironment,
      SWITCHYARD_ADMIN_TOKEN: CANARIES.ofAdmin,
    },
  },
);

/** In whatever way they are written. */
const traces = (text: string): readonly string[] => {
  const decoded = text
    .split(/[^A-Za-z0-9+/=]+/)
    .map((piece) => Buffer.from(piece, 'base64').toString('latin1'))
    .join('\n');
  return [text, decoded].flatMap((each) => each.match(/c4nary.{0,20}/g) ?? []);
};

/** An optional plugin that says all it knows while it fails. */
const loud = definePlugin({
  id: 'loud',
  api: 1,
  optional: true,
  setup(host) {
    for (const canary of Object.values(CANARIES))
      host.log.warn(`I know ${canary}`, { canary, error: new Error(canary) });
    throw new Error(`no: ${Object.values(CANARIES).join(' ')}`);
  },
});

describe('secrets of a configuration', () => {
  it('are in no line, view, problem or answer, whatever a server prints and a plugin says', async () => {
    const sink = recordingLog();
    const ears = eavesdropper();
    const gateway = createGateway({
      configuration,
      plugins: [carelessTransport(), routerTo('leaky'), ears, loud, emptyCatalog([]), diaryDoor([])].map(
        installed,
      ),
      version: '1.2.3',
      log: sink,
      clock: systemClock(100),
    });
    const changes: ServerView[] = [];
    const heard: LogEntry[] = [];
    gateway.servers.changes$.subscribe((view) => changes.push(view));
    const failed = firstValueFrom(
      gateway.servers.changes$.pipe(filter(({ problem }) => problem !== undefined)),
    );
    await gateway.start();
    ears.logs()!.lines$.subscribe((entry) => heard.push(entry));
    const { sink: client, outcomes } = recorder();
    gateway.execute(callFor('anything'), client);
    const { problem, target } = await failed;
    const status = gateway.status();
    await gateway.servers.stop('leaky');
    gateway.execute(callFor('more'), client);
    gateway.log.error('the embedder', { error: new Error(CANARIES.inEnv) });
    await gateway.stop();

    // It did leak, as far as it got.
    expect(problem?.why).toMatch(/\[redacted\].*\[redacted\]/);
    expect(target ?? '').toMatch(/--token \[redacted\]|^$/);
    expect(status.plugins.find(({ id }) => id === 'loud')?.problem?.message).toContain('no: [redacted]');
    expect(sink.lines.filter(({ message }) => message === 'I know [redacted]')).toHaveLength(7);
    const everything = {
      status,
      changes,
      lines: sink.lines,
      recent: ears.logs()!.recent(),
      heard,
      answers: outcomes.map(textOf),
    };
    for (const [where, what] of Object.entries(everything))
      expect([where, traces(JSON.stringify(what))]).toEqual([where, []]);
    expect(heard.length).toBeGreaterThan(0);

    // Whose lines they are says where their level is looked up.
    expect(sink.lines.find(({ message }) => message.startsWith('starting'))?.fields).toMatchObject({
      plugin: 'careless',
      server: 'leaky',
    });

    // What a client got is in the log under the number that it got.
    const numbers = outcomes.map(
      (outcome) => (textOf(outcome) as { data: { correlationId: string } }).data.correlationId,
    );
    expect(numbers).toEqual(['call-anything', 'call-more']);
    for (const number of numbers)
      expect(
        ears
          .logs()!
          .recent()
          .map(({ correlationId }) => correlationId),
      ).toContain(number);
  });

  it('are in no error that the start fails with', async () => {
    const failing = definePlugin({ ...loud, id: 'failing', optional: false });
    const gateway = createGateway({ configuration, plugins: [installed(failing)], version: '1.2.3' });
    const error = await gateway.start().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message).toContain('no: [redacted]');
    const said = [
      error?.message,
      error?.stack,
      (error?.cause as Error).message,
      (error?.cause as Error).stack,
    ];
    expect(traces(JSON.stringify([error, said]))).toEqual([]);
  });
});

function textOf(outcome: Outcome): unknown {
  return outcome.kind === 'error' ? parsePayload(outcome.error) : outcome.kind;
}
