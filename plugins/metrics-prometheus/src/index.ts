import {
  clock,
  definePlugin,
  httpHost,
  logs,
  metrics,
  observers,
  redact,
  reload,
  servers,
  status,
} from '@switchyard/plugin-api';
import { createCallObserver } from './call-observer.ts';
import { createContributedMetrics } from './contributed.ts';
import { ownFamilies } from './families.ts';
import { MetricsConfig } from './options.ts';
import { createPage } from './page.ts';
import { openRegistry, processText } from './process-metrics.ts';
import { metricsRoute } from './metrics-route.ts';
import { createServerRecords } from './server-records.ts';
import { countLines } from './log-lines.ts';
import { createToolLabels } from './tool-labels.ts';

export default definePlugin({
  id: 'metrics-prometheus',
  api: 1,
  config: MetricsConfig,
  needs: [clock, httpHost, logs, redact, reload, servers, status],
  setup(host, { toolLabelLimit, defaultMetrics }) {
    const contributions = host.contributions(metrics);
    const contributed = createContributedMetrics(contributions, host.plugin, host.log);
    host.observe(contributions.changes$, () => contributed.refresh());

    const tools = createToolLabels(toolLabelLimit, host.get(redact));
    const records = createServerRecords(host.get(servers), (record) => tools.forget(record));
    host.observe(host.get(servers).changes$, (view) => records.follow(view));
    const calls = createCallObserver(records, tools);
    host.contribute(observers, calls.observer);

    const logLines = countLines(host, host.get(logs));

    let registry: ReturnType<typeof openRegistry> | undefined;
    let contentType = '';
    host.own(async () => (await registry?.catch(() => undefined))?.clear(), 'metrics registry');

    const takeStatus = host.get(status);
    const page = createPage(host.get(clock), async () => {
      const ofProcess = await (registry ??= openRegistry(defaultMetrics));
      contentType = ofProcess.contentType;
      const more = await processText(ofProcess);
      const now = takeStatus();
      records.sync(now.servers);
      const own = ownFamilies({
        status: now,
        reloads: host.get(reload).state,
        records: records.all,
        calls: calls.counts,
        logLines,
        shed: shed(),
      });
      return { families: chain(own, contributed.families()), more };
    });
    const route = metricsRoute({ page, contentType: () => contentType, clock: host.get(clock) });
    host.own(host.get(httpHost).mount(route), `route ${route.path}`);

    function shed(): Readonly<Record<string, number>> {
      const { errorTypes, clientNames, versions } = calls.counts;
      return {
        tool_names: tools.shed,
        client_names: clientNames.shed,
        error_types: errorTypes.shed,
        protocol_versions: versions.shed,
        samples: contributed.shed,
        scrapes: route.shed,
      };
    }
  },
});

function* chain<Item>(...lists: readonly Iterable<Item>[]): Generator<Item> {
  for (const list of lists) yield* list;
}
