import { type ErrorSpec, gateway, start } from './row.ts';

/** 2xx: a server's process. */
export const PROCESS_ERRORS = {
  COMMAND_NOT_FOUND: {
    ...start,
    number: 201,
    message: '{server}: command "{command}" was not found',
    remedy: 'install it, or set "command" to its full path',
  },
  COMMAND_NOT_EXECUTABLE: {
    ...start,
    number: 202,
    message: '{server}: {command} cannot be executed: {reason}',
    remedy:
      'make the file executable, or run it through its interpreter: "command": "node", "args": ["{command}"]',
  },
  FOLDER_MISSING: {
    ...start,
    number: 204,
    message: '{server}: the folder {folder} does not exist',
    remedy: 'create it, or correct "cwd"',
  },
  SPAWN_FAILED: {
    ...start,
    retryable: true,
    number: 205,
    message: '{server}: the process could not be started: {reason}',
    remedy: 'check the limits of this machine: processes, open files, memory',
  },
  UPSTREAM_EXITED: {
    ...start,
    retryable: true,
    number: 206,
    message: '{server}: the server {cause}',
    remedy:
      'read what it printed and fix that; it is tried again by itself, and at once with a changed entry',
  },
  SERVER_UNKNOWN: {
    ...gateway,
    exit: 2,
    number: 207,
    message: 'no server is called "{server}"',
    remedy: 'the servers are: {known}',
  },
  MODULE_UNUSABLE: {
    ...start,
    number: 208,
    message: '{server}: the module {module} cannot serve: {reason}',
    remedy: 'correct "module" and "export"; the export is a function (peer, arguments)',
  },
  CRASH_LOOP: {
    ...start,
    retryable: true,
    number: 210,
    message: '{server}: started {failures} times and never lasted; it is tried again every 1 to 5 minutes',
    remedy:
      'read what it printed and fix that; it is tried again by itself, and at once with a changed entry',
  },
  START_TIMEOUT: {
    ...start,
    retryable: true,
    number: 211,
    message: '{server}: no answer to {method} in {seconds} s',
    remedy:
      'check that the command starts an MCP server on stdin and stdout, and logs to stderr only; if it only needs longer: "startupTimeout": "5m"',
  },

  UPSTREAM_UNREACHABLE: {
    ...start,
    retryable: true,
    number: 212,
    message: '{server}: the server {cause}',
    remedy: 'check its URL, and that it runs there; it is tried again by itself',
  },
  UPSTREAM_UNRESPONSIVE: {
    ...start,
    retryable: true,
    number: 214,
    message: '{server}: the server is silent: no answer to {method} within {seconds} s',
    remedy:
      'after the second time it is started again by itself; if that happens often, look at what it was doing then',
  },
  INNER_COMMAND_UNUSABLE: {
    ...start,
    number: 215,
    message: '{server}: a command inside it {what}: the process exited with code {exitCode}',
    remedy:
      'what it printed names that command: install it, or write its full path; then switchyard serve again',
  },
  LISTS_FAILING: {
    ...start,
    retryable: true,
    origin: 'upstream-protocol',
    number: 216,
    message: '{server}: its lists cannot be read: {reasons}',
    remedy: 'what it offered before stays listed; read what it printed; they are read again by themselves',
  },
} as const satisfies Record<string, ErrorSpec>;
