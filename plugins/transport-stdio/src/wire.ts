import {
  type Loss,
  type ProcessUsage,
  type Received,
  type Sent,
  SwitchyardError,
  type Wire,
  type WireContext,
  type WireInfo,
  type WireMessage,
} from '@switchyard/plugin-api';
import type { Guardian } from './guardian.ts';
import type { LoginShell } from './login-shell.ts';
import { watchForLoss } from './loss.ts';
import type { StdioOptions } from './options.ts';
import { prepare } from './prepare.ts';
import { readPaced } from './read-paced.ts';
import { RestingLines } from './resting-lines.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { StderrLog } from './stderr-log.ts';
import { StderrRing } from './stderr-ring.ts';
import { StdinQueue } from './stdin-queue.ts';
import { stopServer } from './stop-server.ts';
import type { StdioTarget } from './target.ts';
import type { UsageReader, WatchedTree } from './usage/usage-reader.ts';

/** How much of the server's stderr goes with the news of its loss. */
const TAIL_BYTES = 2048;

/** A line of so many times the limit of a message is one without end: nothing behind it would ever be read. */
const ENDLESS = 2;

/** What all wires of one gateway share. */
export interface Keeping {
  readonly guardian: Pick<Guardian, 'watch'>;
  /** Of the gateway, for the environment of its servers. */
  readonly marker: Promise<string | undefined>;
  readonly usage: Pick<UsageReader, 'watch'>;
  readonly loginShell: Pick<LoginShell, 'path'>;
}

/** A wire to a child process: one message a line, on its stdin and stdout (2025-11-25, transports, stdio). */
export class StdioWire implements Wire {
  readonly closed: Promise<Loss>;
  readonly #target: StdioTarget;
  readonly #options: StdioOptions;
  readonly #context: WireContext;
  readonly #keeping: Keeping;
  readonly #stderr = new StderrRing();
  readonly #stderrLog: StderrLog;
  #phase: 'new' | 'opening' | 'live' | 'over' = 'new';
  #settle!: (loss: Loss) => void;
  #server: Promise<ServerProcess> | undefined;
  #stdin: StdinQueue | undefined;
  #stdout: RestingLines | undefined;
  #stopped: Promise<void> | undefined;
  #info: WireInfo = {};
  /** Something came on its stdout. */
  #hasSpoken = false;
  #tree: WatchedTree | undefined;
  /** Tells the guardian that nothing is left. */
  #release = () => {};

  constructor(target: StdioTarget, options: StdioOptions, context: WireContext, keeping: Keeping) {
    this.#target = target;
    this.#options = options;
    this.#context = context;
    this.#keeping = keeping;
    this.#stderrLog = new StderrLog(context.log, context.clock);
    this.closed = new Promise((resolve) => (this.#settle = resolve));
  }

  /** The command as it was resolved. Never its arguments: they may be secrets. */
  get info(): WireInfo {
    return this.#info;
  }

  /** Of the server and all that it started; undefined before the first look, and where there is no /proc. */
  get usage(): ProcessUsage | undefined {
    return this.#tree?.usage;
  }

  get lastWords(): Pick<Loss, 'stderr' | 'doubt'> {
    const stderr = this.#stderr.tail(TAIL_BYTES);
    const doubt = this.#hasSpoken ? undefined : this.#context.doubt;
    return { ...(stderr !== undefined && { stderr }), ...(doubt !== undefined && { doubt }) };
  }

  /** What was shed at the limits of this wire. */
  get counters() {
    return {
      refusedMessages: this.#stdin?.refused ?? 0,
      queuedBytes: this.#stdin?.bytes ?? 0,
      stderrBytes: this.#stderr.bytes,
      stderrBytesShed: this.#stderr.shed,
      stderrBytesNotLogged: this.#stderrLog.suppressed,
    };
  }

  async open(receive: (received: Received) => void): Promise<void> {
    this.#phase = 'opening';
    try {
      const { marker, loginShell } = this.#keeping;
      const plan = await prepare(this.#target, this.#context, await marker, loginShell);
      this.#assertWanted();
      this.#info = { target: plan.file };
      this.#server = startServer(plan);
      const server = await this.#server;
      this.#release = this.#keeping.guardian.watch(server.pid, this.#context.runId);
      this.#tree = this.#keeping.usage.watch(server.pid);
      this.#info = { target: plan.file, pid: server.pid };
      this.#assertWanted();
      this.#attach(server, receive);
    } catch (error) {
      this.#lose({ cause: 'could not be started' });
      throw error;
    }
  }

  send(message: WireMessage): Promise<Sent> {
    return this.#phase === 'live' && this.#stdin
      ? this.#stdin.put(message.segments, message.signal)
      : Promise.resolve('unsent');
  }

  rest(ms: number): void {
    this.#stdout?.rest(ms);
  }

  close(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#lose({ cause: 'was stopped' });
    // At once: what waits would still be carried out by a server that begins to read again.
    this.#stdin?.end();
    const server = await this.#server?.catch(() => undefined);
    if (!server) return;
    const endInput = () => (this.#stdin ? this.#stdin.end() : server.child.stdin.end());
    await stopServer(server, endInput, this.#context.clock, this.#context.log);
    this.#release();
    this.#tree?.release();
  }

  #attach(server: ServerProcess, receive: (received: Received) => void): void {
    const { child, exited } = server;
    const { clock, maxMessageBytes } = this.#context;
    const stdin = new StdinQueue(child.stdin, this.#options.maxQueuedBytes);
    child.stdout.once('data', () => (this.#hasSpoken = true));
    const lines: RestingLines = new RestingLines(child.stdout, clock, maxMessageBytes, (framed) => {
      if (this.#phase !== 'live') return;
      receive('line' in framed ? { bytes: framed.line } : framed);
    });
    child.stdout.on('data', () => {
      if (lines.pending > ENDLESS * maxMessageBytes) this.#giveUp(lines);
    });
    this.#stdin = stdin;
    this.#stdout = lines;
    this.#phase = 'live';

    // Read whatever becomes of it: a server that nobody listens to blocks when the pipe is full.
    readPaced(child.stderr, clock, (chunk) => {
      this.#stderr.push(chunk);
      this.#stderrLog.push(chunk);
    });
    child.stderr.once('end', () => this.#stderrLog.end());
    // The exit settles at once what waits to be sent; the loss itself waits for the server's last words.
    void exited.then(() => stdin.fail());
    void watchForLoss(server, clock).then((loss) => {
      stdin.fail();
      this.#lose(loss);
    });
  }

  /** @throws UPSTREAM_EXITED when `close` was called while it opened. */
  #assertWanted(): void {
    if (this.#phase !== 'over') return;
    throw new SwitchyardError('UPSTREAM_EXITED', { server: this.#context.server, cause: 'was stopped' });
  }

  /** What is read of a line without end by then says which call it was to answer: that one fails, the others are lost. */
  #giveUp(lines: RestingLines): void {
    const bytes = lines.pending;
    lines.end();
    this.#lose({ cause: `wrote ${bytes} bytes without the end of a line` });
  }

  #lose(loss: Loss): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    // What is left of a flood would still be cut into lines for nobody.
    this.#stdout?.stop();
    this.#settle({ ...loss, ...this.lastWords });
  }
}
