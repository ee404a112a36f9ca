// tsyringe refuses to load without it.
import 'reflect-metadata';
import type { Clock, Log, Random } from '@switchyard/plugin-api';
import type { InjectionToken } from 'tsyringe';
import type { GatewayOptions } from './gateway-types.ts';

/* What the gateway's services are made with. Explicit tokens: no metadata is emitted, so any compiler will do. */
export const OPTIONS: InjectionToken<GatewayOptions> = Symbol('gateway options');
export const CLOCK: InjectionToken<Clock> = Symbol('clock');
export const RANDOM: InjectionToken<Random> = Symbol('random');
export const LOG: InjectionToken<Log> = Symbol('log');

export { container, inject, injectable } from 'tsyringe';
