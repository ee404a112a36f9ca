import { SwitchyardError, type Contributions, type Log, type Metric } from '@switchyard/plugin-api';
import { checkMetric, isOwnName, type CheckedMetric } from './contributed-check.ts';
import { readMetric } from './contributed-samples.ts';
import { family, type Family } from './exposition.ts';

/** How many contributed metrics are shown. */
const MAX_METRICS = 200;

/** What other plugins contribute to `metrics`. */
export interface ContributedMetrics {
  /** Reads them, one after another, when their text is wanted. */
  families(): Iterable<Family>;
  /** Looks again at who contributes what; what cannot be shown is logged and left out. */
  refresh(): void;
  /** Samples over the limits. */
  readonly shed: number;
}

/**
 * @param plugin the id of this plugin, for clashes with its own names.
 * @throws METRIC_INVALID, METRIC_CLASH for what is contributed already; what comes later is left out and logged.
 */
export function createContributedMetrics(
  contributions: Pick<Contributions<Metric>, 'owned'>,
  plugin: string,
  log: Log,
): ContributedMetrics {
  const told = new Set<Metric>();
  let shed = 0;
  let shown = select(contributions.owned, plugin, (error) => {
    throw error;
  });

  function tell(source: Metric, message: string, fields: Readonly<Record<string, unknown>>): void {
    if (told.has(source)) return;
    told.add(source);
    log.warn(message, fields);
  }

  return {
    *families() {
      for (const metric of shown) {
        const reading = readMetric(metric);
        shed += reading.shed;
        if (reading.fault !== undefined) {
          tell(metric.source, `the metric ${metric.name} gives something that is left out`, {
            contributor: metric.plugin,
            reason: reading.fault,
          });
        }
        yield family(metric, reading.samples);
      }
    },
    refresh() {
      const present = new Set(contributions.owned.map(({ item }) => item));
      for (const source of told) if (!present.has(source)) told.delete(source);
      shown = select(contributions.owned, plugin, (error, { item, plugin: contributor }) =>
        tell(item, error.message, { contributor, code: error.number, remedy: error.remedy }),
      );
    },
    get shed() {
      return shed;
    },
  };
}

type Owned = Contributions<Metric>['owned'][number];

/** Those that can be shown: of two with one name the first. */
function select(
  owned: readonly Owned[],
  plugin: string,
  refuse: (error: SwitchyardError, owned: Owned) => void,
): readonly CheckedMetric[] {
  const shown = new Map<string, CheckedMetric>();
  for (const each of owned) {
    const metric = checkMetric(each.plugin, each.item);
    const error = typeof metric === 'string' ? invalid(each.plugin, metric) : clash(metric, shown, plugin);
    if (error !== undefined) refuse(error, each);
    else if (typeof metric !== 'string') shown.set(metric.name, metric);
  }
  return [...shown.values()];
}

function invalid(plugin: string, reason: string): SwitchyardError {
  return new SwitchyardError('METRIC_INVALID', { plugin, reason });
}

function clash(
  { name, plugin: second }: CheckedMetric,
  shown: ReadonlyMap<string, CheckedMetric>,
  plugin: string,
): SwitchyardError | undefined {
  const first = isOwnName(name) ? plugin : shown.get(name)?.plugin;
  if (first !== undefined) return new SwitchyardError('METRIC_CLASH', { first, second, name });
  if (shown.size < MAX_METRICS) return undefined;
  return invalid(second, `there are ${MAX_METRICS} metrics of plugins already`);
}
