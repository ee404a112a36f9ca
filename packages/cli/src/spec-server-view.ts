import type { ServerView } from '@switchyard/plugin-api';

/** A server that is ready and of which little is known, but for what is given. */
export function serverView(name: string, given: Partial<ServerView> = {}): ServerView {
  return {
    name,
    phase: 'ready',
    since: 0,
    desired: 'ready',
    conditions: [],
    transport: 'stdio',
    failures: 0,
    restarts: 0,
    catalog: { tools: 1, prompts: 0, resources: 0, resourceTemplates: 0 },
    remembered: false,
    dropped: 0,
    inFlight: 0,
    subscriptions: 0,
    instances: 0,
    connections: [],
    transitions: [],
    ...given,
  };
}
