import type { Clock, Loss } from '@switchyard/plugin-api';
import type { Exit, ServerProcess } from './server-process.ts';

/** How long after the first sign of an end the rest of it is waited for, in milliseconds. */
const GRACE_MS = 250;

/** What was seen of a server's end so far. */
export interface Signs {
  readonly exit: Exit | undefined;
  readonly stdin: 'open' | 'broken';
  readonly stdout: 'open' | 'ended';
  readonly stderr: 'open' | 'ended';
}

/** What the signs mean: nothing yet, an end whose cause or last words may still come, or a loss. */
export type Verdict =
  { readonly kind: 'alive' } | { readonly kind: 'ending' } | { readonly kind: 'lost'; readonly loss: Loss };

/**
 * Judges the signs. The exit decides, not the end of the pipes: a grandchild that inherited them keeps them open for
 * as long as it likes. A pipe that ends first is most often an exit that is about to be seen, so it waits for one.
 */
export function judge(signs: Signs, grace: 'left' | 'over'): Verdict {
  const { exit, stdin, stdout, stderr } = signs;
  if (exit) {
    const drained = stdout === 'ended' && stderr === 'ended';
    return drained || grace === 'over' ? { kind: 'lost', loss: lossOf(exit) } : { kind: 'ending' };
  }
  if (stdout === 'open' && stdin === 'open') return { kind: 'alive' };
  if (grace === 'left') return { kind: 'ending' };
  return { kind: 'lost', loss: { cause: stdout === 'ended' ? 'closed its stdout' : 'closed its stdin' } };
}

function lossOf({ code, signal }: Exit): Loss {
  if (signal) return { cause: `was killed by ${signal}`, signal };
  return { cause: `exited with code ${code}`, exitCode: code ?? 0 };
}

/** Watches a server until it is lost; what it wrote before its exit has been read by then, or the grace is over. */
export function watchForLoss(server: ServerProcess, clock: Clock): Promise<Loss> {
  return new Promise((resolve) => {
    let signs: Signs = { exit: undefined, stdin: 'open', stdout: 'open', stderr: 'open' };
    let cancel: (() => void) | undefined;

    const decide = (grace: 'left' | 'over') => {
      const verdict = judge(signs, grace);
      if (verdict.kind === 'alive') return;
      if (verdict.kind === 'ending') {
        cancel ??= clock.after(GRACE_MS, () => decide('over'));
        return;
      }
      cancel?.();
      resolve(verdict.loss);
    };
    const see = (sign: Partial<Signs>) => {
      signs = { ...signs, ...sign };
      decide('left');
    };

    const { stdin, stdout, stderr } = server.child;
    stdin.once('error', () => see({ stdin: 'broken' }));
    // 'close' follows 'end' and, where reading failed, 'error' too.
    stdout.once('end', () => see({ stdout: 'ended' })).once('close', () => see({ stdout: 'ended' }));
    stderr.once('end', () => see({ stderr: 'ended' })).once('close', () => see({ stderr: 'ended' }));
    void server.exited.then((exit) => {
      // What it wrote before may take its own time to be read.
      cancel?.();
      cancel = undefined;
      see({ exit });
    });
  });
}
