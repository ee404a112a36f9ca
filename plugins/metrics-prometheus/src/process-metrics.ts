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

/** What a delay of the event loop is said to be before the first one was measured. */
const UNMEASURED = /^nodejs_eventloop_lag_\w+ (?:Nan|9223372036\.854776)\n/gm;

/** The text of a registry's metrics, without what is no number yet. */
export async function processText(registry: Registry): Promise<string> {
  return (await registry.metrics()).replace(UNMEASURED, '').replaceAll('\n\n', '\n');
}
