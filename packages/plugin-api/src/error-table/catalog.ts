import { client, configuration, type ErrorSpec, gateway } from './row.ts';

/** 5xx: names and lists. */
export const CATALOG_ERRORS = {
  TOOL_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32602,
    number: 501,
    message: 'no tool is called "{name}"',
    remedy: 'use a name of tools/list{nearest}',
  },
  ARGUMENT_INVALID: {
    ...gateway,
    exit: 2,
    number: 502,
    message: '{tool}: {reason}',
    remedy: 'its arguments are: {signature}',
  },
  NAME_COLLISION: {
    ...configuration,
    number: 503,
    message: '{count} {kind} want the name "{name}": {owners}',
    remedy: 'remove "prefix": "" from one of these servers',
  },
  SLUG_COLLISION: {
    ...configuration,
    number: 504,
    message:
      'the servers "{first}" ({firstWhere}) and "{second}" ({secondWhere}) would have the same prefix "{slug}"',
    remedy: 'rename one of them',
  },
  PROMPT_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32602,
    number: 505,
    message: 'no prompt is called "{name}"',
    remedy: 'use a name of prompts/list{nearest}',
  },
  RESOURCE_NOT_FOUND: {
    ...client,
    exit: 5,
    reader: 'model',
    rpc: -32002,
    number: 506,
    message: 'no server offers the resource {uri}',
    remedy: 'use a URI of resources/list or of a template',
  },
  CURSOR_INVALID: {
    ...client,
    rpc: -32602,
    number: 507,
    message: 'the cursor is not one of ours',
    remedy: 'list again from the beginning, without a cursor',
  },
} as const satisfies Record<string, ErrorSpec>;
