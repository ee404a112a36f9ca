import type { Registry } from 'prom-client';

/**
 * Of this process, however many gateways run in it. prom-client's observer of garbage collection can never be stopped:
 * one for each gateway would leave one behind for each that was closed.
 */
let ofProcess: Registry | undefined;

/**
 * A registry of its own with the metrics of the process and of Node.js in it, or without any. The library is loaded
 * when the first page is wanted: it would cost every start as much as all the rest of this plugin.
 */
export async function openRegistry(defaultMetrics: boolean): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  if (!defaultMetrics) return registry;
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  for (const { name } of ofProcess.getMetricsAsArray())
    registry.registerMetric(ofProcess.getSingleMetric(name)!);
  return registry;
}

/** Written before the first delay of the event loop was measured; the other figures of delays mean nothing then, either. */
const UNMEASURED = 'nodejs_eventloop_lag_mean_seconds Nan';
const DELAYS = /^nodejs_eventloop_lag_\w+_seconds .*\n/gm;

/** The text of a registry's metrics, without what is no number yet. */
export async function processText(registry: Registry): Promise<string> {
  const text = (await registry.metrics()).replaceAll('\n\n', '\n');
  return text.includes(UNMEASURED) ? text.replace(DELAYS, '') : text;
}
