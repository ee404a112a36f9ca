export { FRAME_LIMITS, type Frame, type FrameLimits, type Refusal, type Scanned } from './frame.ts';
export {
  type Agreement,
  type DownstreamEra,
  type Era,
  type FromClient,
  type FromServer,
  type Introduction,
  type Message,
  type UpstreamEra,
  type Welcome,
} from './era.ts';
