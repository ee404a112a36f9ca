// tsyringe refuses to load without it.
import 'reflect-metadata';
import type { Clock, Log, Random } from '@switchyard/plugin-api';
import type { InjectionToken } from 'tsyringe';
import type { GatewayOptions } from './gateway-types.ts';
import type { LogBook } from './log-book.ts';
import type { LiveRedactor } from './redaction/live-redactor.ts';
import type { Redactor } from './redaction/redactor.ts';

/* What the gateway's services are made with. Explicit tokens: no metadata is emitted, so any compiler will do. */
export const OPTIONS: InjectionToken<GatewayOptions> = Symbol('gateway options');
export const CLOCK: InjectionToken<Clock> = Symbol('clock');
export const RANDOM: InjectionToken<Random> = Symbol('random');
export const LOG: InjectionToken<Log> = Symbol('log');
export const LOG_BOOK: InjectionToken<LogBook> = Symbol('log book');
/** What the redactor knows. */
export const SECRETS: InjectionToken<LiveRedactor> = Symbol('secrets');
export const REDACTOR: InjectionToken<Redactor> = Symbol('redactor');

export { container, inject, injectable } from 'tsyringe';
