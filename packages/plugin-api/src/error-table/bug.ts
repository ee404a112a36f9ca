import { type ErrorSpec, gateway } from './row.ts';

/** 9xx: us. */
export const BUG_ERRORS = {
  BUG: {
    ...gateway,
    exit: 1,
    number: 901,
    message: 'something went wrong that should not: {what}',
    remedy: 'please report it with the correlation id',
  },
} as const satisfies Record<string, ErrorSpec>;
