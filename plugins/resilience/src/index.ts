import {
  adminModules,
  clock,
  definePlugin,
  interceptors,
  metrics,
  policies,
  random,
  serverAspects,
  servers,
} from '@switchyard/plugin-api';
import { breakerModule } from './breaker-module.ts';
import { Guards } from './guards.ts';
import { guardingInterceptor } from './interceptor.ts';
import { MemoryWatch } from './memory-watch.ts';
import { resilienceMetrics } from './resilience-metrics.ts';

/** Holds back calls to servers that fail, repeats those that may be repeated, and refuses calls before memory runs out. */
export default definePlugin({
  id: 'resilience',
  api: 1,
  needs: [clock, random, policies, servers],
  setup(host) {
    const memory = new MemoryWatch(host.get(clock), (isShort, use) => {
      const fields = { heapUsed: Math.round(use * 100) / 100 };
      if (isShort) host.log.error('calls are refused: the gateway is short of memory', fields);
      else host.log.info('calls are taken again: there is memory', fields);
    });
    const all = host.get(policies);
    const guards = new Guards({
      policies: all,
      servers: host.get(servers),
      clock: host.get(clock),
      random: host.get(random),
      log: host.log,
      memory,
    });
    host.own(() => guards.close(), 'breakers');
    host.observe(all.changes$, (server) => guards.policyChanged(server));
    host.contribute(interceptors, guardingInterceptor(guards, memory));
    host.contribute(serverAspects, {
      name: 'breaker',
      of: (server) => guards.of(server)?.aspect(),
      changes$: guards.changes$,
    });
    for (const metric of resilienceMetrics(guards, memory)) host.contribute(metrics, metric);
    host.contribute(adminModules, breakerModule(guards, host.get(servers)));
  },
});
