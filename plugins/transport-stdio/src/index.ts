import { clock, definePlugin, defineTransport, transports } from '@switchyard/plugin-api';
import { Guardian } from './guardian.ts';
import { LoginShell } from './login-shell.ts';
import { StdioOptions } from './options.ts';
import { endOrphans, gatewayMarker } from './orphans.ts';
import { StdioTarget } from './target.ts';
import { createUsageReader } from './usage/usage-reader.ts';
import { StdioWire } from './wire.ts';

export { checkCommands, type CommandEntry } from './check-commands.ts';
export { StdioOptions } from './options.ts';
export { StdioTarget } from './target.ts';

export default definePlugin({
  id: 'transport-stdio',
  api: 1,
  config: StdioOptions,
  needs: [clock],
  setup(host, options) {
    const guardian = new Guardian(host.log);
    host.own(() => guardian.close(), 'guardian');
    const marker = gatewayMarker();
    const loginShell = new LoginShell({ clock: host.get(clock), guardian, env: process.env });
    host.own(() => loginShell.close(), 'login shell');
    const usage = createUsageReader(host.get(clock), host.log);
    host.own(() => usage.close(), 'usage reader');
    const keeping = { guardian, marker, usage, loginShell };
    // Beside the start of everything else: nothing waits for it.
    endOrphans(host.get(clock), host.log).catch((error: unknown) =>
      host.log.warn('orphans could not be looked for', { error: String(error) }),
    );
    host.contribute(
      transports,
      defineTransport({
        kind: 'stdio',
        keys: ['command'],
        target: StdioTarget,
        open: (target, context) => new StdioWire(target, options, context, keeping),
      }),
    );
  },
});
