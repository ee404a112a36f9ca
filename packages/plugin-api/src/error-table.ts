import { ACCESS_ERRORS } from './error-table/access.ts';
import { ADMIN_ERRORS } from './error-table/admin.ts';
import { BUG_ERRORS } from './error-table/bug.ts';
import { CALL_ERRORS } from './error-table/call.ts';
import { CATALOG_ERRORS } from './error-table/catalog.ts';
import { CONFIGURATION_ERRORS } from './error-table/configuration.ts';
import { INSTANCE_ERRORS } from './error-table/instance.ts';
import { PLUGIN_ERRORS } from './error-table/plugin.ts';
import { PROCESS_ERRORS } from './error-table/process.ts';
import { PROTOCOL_ERRORS } from './error-table/protocol.ts';

export type { ErrorDetails, ErrorReader, ErrorSpec } from './error-table/row.ts';

/**
 * Everything that can go wrong and has a name. What people, models, metrics and the admin API say of an error comes
 * from here. JSON-RPC codes of our own stand outside the ranges the specification keeps (2026-07-28, base protocol).
 */
export const ERRORS = {
  ...INSTANCE_ERRORS,
  ...PROCESS_ERRORS,
  ...ACCESS_ERRORS,
  ...PROTOCOL_ERRORS,
  ...CATALOG_ERRORS,
  ...CONFIGURATION_ERRORS,
  ...CALL_ERRORS,
  ...ADMIN_ERRORS,
  ...PLUGIN_ERRORS,
  ...BUG_ERRORS,
} as const;

/** The name of an error, as code compares it. */
export type ErrorCode = keyof typeof ERRORS;
