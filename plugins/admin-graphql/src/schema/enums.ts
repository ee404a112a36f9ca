import {
  LINE_LEVELS,
  SERVER_PHASES,
  type CatalogKind,
  type ConditionType,
  type LineLevel,
  type PluginStatus,
  type ServerCondition,
  type ServerPhase,
} from '@switchyard/plugin-api';

/** One enum of the schema: for each value as the gateway has it, the sentence that explains it. */
interface EnumSpec<Value extends string> {
  readonly name: string;
  readonly description: string;
  readonly values: Readonly<Record<Value, string>>;
  /** In the order in which they are shown; by default that of `values`. */
  readonly order?: readonly Value[];
  /** Names that are not the value in upper case. */
  readonly names?: Readonly<Record<Value, string>>;
}

const phase: EnumSpec<ServerPhase> = {
  name: 'ServerPhase',
  description: 'What people see of a server.',
  order: SERVER_PHASES,
  values: {
    disabled: 'The configuration turns it off.',
    idle: 'It starts with the first call.',
    starting: 'Its process is being started, or its address being reached.',
    negotiating: 'It is there; the session is being opened and the lists are being read.',
    ready: 'It takes calls.',
    degraded: 'It takes calls, and something is wrong with it.',
    backoff: 'It was lost or did not start; the next attempt is due at a time that is known.',
    crash_loop: 'It was lost too often in a short time; attempts are rare.',
    stopping: 'Calls under way end, or what is left of it does.',
    auth_required: 'A person has to authorize the gateway.',
    failed: 'It cannot be started as it is configured; nothing is tried until somebody orders it.',
    stopped: 'Somebody stopped it, or it starts by order only.',
  },
};

const conditionType: EnumSpec<ConditionType> = {
  name: 'ConditionType',
  description: 'What can be so or not of a server, for programs.',
  values: {
    process_up: 'There is a process; only for servers that are started by the gateway.',
    connected: 'Messages can pass.',
    negotiated: 'The session is open.',
    catalog_fresh: 'All lists of the present run were read.',
    responsive: 'The last probe was answered; unknown before the first one.',
    as_configured:
      'It runs as its entry says; shown while it does not, because what the entry says now cannot be started.',
    breaker_closed: 'Its circuit breaker lets calls through; only where a plugin guards them with one.',
  },
};

const conditionStatus: EnumSpec<ServerCondition['status']> = {
  name: 'ConditionStatus',
  description: 'Whether a condition is so.',
  values: { true: 'It is so.', false: 'It is not so.', unknown: 'That is being found out.' },
};

const era: EnumSpec<'legacy' | 'modern'> = {
  name: 'ProtocolEra',
  description: 'A family of MCP revisions.',
  values: {
    legacy: 'With sessions: 2024-11-05 to 2025-11-25.',
    modern: 'Stateless: 2026-07-28.',
  },
};

const catalogKind: EnumSpec<CatalogKind> = {
  name: 'CatalogKind',
  description: 'What a server offers, by the list that tells it.',
  values: {
    tools: 'From `tools/list`.',
    prompts: 'From `prompts/list`.',
    resources: 'From `resources/list`.',
    resourceTemplates: 'From `resources/templates/list`.',
  },
  names: {
    tools: 'TOOL',
    prompts: 'PROMPT',
    resources: 'RESOURCE',
    resourceTemplates: 'RESOURCE_TEMPLATE',
  },
};

const pluginState: EnumSpec<PluginStatus['state']> = {
  name: 'PluginState',
  description: 'What became of a plugin.',
  values: { ready: 'It is set up.', failed: 'It could not be set up; `problem` says why.' },
};

const logLevel: EnumSpec<LineLevel> = {
  name: 'LogLevel',
  description: 'How much a line of the log matters, least first.',
  order: LINE_LEVELS,
  values: {
    debug: 'For who looks for a fault.',
    info: 'What happened.',
    warn: 'Something may need a person.',
    error: 'Something failed.',
  },
};

const SPECS: readonly EnumSpec<string>[] = [
  phase,
  conditionType,
  conditionStatus,
  era,
  catalogKind,
  pluginState,
  logLevel,
] as readonly EnumSpec<string>[];

/** The SDL of all enums. */
export const enumTypeDefs: string = SPECS.map(
  (spec) =>
    `"${spec.description}"\nenum ${spec.name} {\n${valuesOf(spec)
      .map((value) => `  "${spec.values[value]}"\n  ${nameOf(spec, value)}`)
      .join('\n')}\n}`,
).join('\n\n');

/** The value that each name of each enum stands for inside. */
export const enumResolvers: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  SPECS.map((spec) => [
    spec.name,
    Object.fromEntries(valuesOf(spec).map((value) => [nameOf(spec, value), value])),
  ]),
);

function valuesOf({ order, values }: EnumSpec<string>): readonly string[] {
  return order ?? Object.keys(values);
}

function nameOf({ names }: EnumSpec<string>, value: string): string {
  return names?.[value] ?? value.toUpperCase();
}
