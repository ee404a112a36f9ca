import { configuration, type ErrorSpec, gateway } from './row.ts';

/** 6xx: configuration. */
export const CONFIGURATION_ERRORS = {
  CONFIG_UNKNOWN_KEY: {
    ...configuration,
    number: 601,
    message: 'unknown key "{key}"{suggestion}',
    remedy: 'remove it or correct its name',
  },
  CONFIG_MISSING: {
    ...configuration,
    number: 602,
    message: 'there is no configuration{tried}',
    remedy:
      'write ./switchyard.jsonc: { "mcpServers": { "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] } } }',
  },
  CONFIG_UNREADABLE: {
    ...configuration,
    number: 603,
    message: 'cannot read {file}: {reason}',
    remedy: 'check the path and its permissions',
  },
  CONFIG_SYNTAX: {
    ...configuration,
    number: 604,
    message: '{reason}',
    remedy: 'correct the JSON there; comments and trailing commas are fine',
  },
  CONFIG_INVALID: {
    ...configuration,
    number: 605,
    message: '{key}: {reason}',
    remedy: 'correct the value; the schema is switchyard.schema.json',
  },
  SERVER_INVALID: {
    ...configuration,
    number: 606,
    message: '{server}: {reason}',
    remedy: 'correct the entry; the other servers are not affected',
  },
  VARIABLE_MISSING: {
    ...configuration,
    number: 607,
    message: '{server}: the environment variable {variable} is not set',
    remedy: 'set it, or give a default: ${{variable}:-default}',
  },
  KEY_NOT_SUPPORTED: {
    ...configuration,
    number: 608,
    message: '{server}: "{key}" is not supported by this version',
    remedy: 'remove the key; a server is not started when a part of its entry would be ignored',
  },
  CONFIG_KEY_NOT_SUPPORTED: {
    ...configuration,
    number: 609,
    message: '"{key}" is not supported by this version',
    remedy: 'remove the key; nothing is served while a part of the configuration would be ignored',
  },
  CONFIG_SECRET_LITERAL: {
    ...configuration,
    number: 610,
    message: '{key} looks like a secret that stands in the file itself',
    remedy: 'put it into the environment and write "${NAME}" here',
  },
  CONFIG_TIMEOUT_UNIT: {
    ...configuration,
    number: 611,
    message: '{key}: {value} is read as {value} seconds, though numbers are milliseconds elsewhere',
    remedy: 'write "{value}s", or "{value}ms" if you mean that',
  },
  LAUNCHER_OPTION_MISSING: {
    ...configuration,
    number: 612,
    message: '{server}: {launcher} without {options}',
    remedy: 'write "args": {args}',
  },
  ENV_FILE_UNUSABLE: {
    ...configuration,
    number: 613,
    message: '{server}: cannot use the envFile {file}: {reason}',
    remedy: 'correct the file, or "envFile"; a relative path begins at the folder of the configuration',
  },
  // 64x: reloads
  RESTART_NEEDED: {
    ...configuration,
    number: 640,
    message: 'nothing was applied: {keys} take effect only when the gateway starts',
    remedy: 'switchyard stop, then switchyard serve; or take that change back and keep the others',
  },
  REVISION_CHANGED: {
    ...gateway,
    exit: 1,
    number: 641,
    message: 'nothing was applied: revision {current} is in force, not {expected}',
    remedy: 'look at what changed meanwhile, then reload again and expect {current}',
  },
  RELOAD_REFUSED: {
    ...gateway,
    exit: 1,
    number: 642,
    message: 'the configuration cannot be reloaded: {reason}',
    remedy: 'switchyard stop, then switchyard serve',
  },
} as const satisfies Record<string, ErrorSpec>;
