import { direct, floor, minimal, sdkProxy } from './baselines.mjs';
import { switchyard } from './ours.mjs';
import { PEERS } from './peers.mjs';

/** In the order of the tables. */
export const VARIANTS = [
  direct,
  floor,
  minimal,
  sdkProxy,
  ...PEERS,
  switchyard('switchyard', 1),
  switchyard('switchyard-10', 10),
];
