export { FRAME_LIMITS, type Frame, type FrameLimits, type Refusal, type Scanned } from './frame.ts';
export { MAX_BATCH_ITEMS, scan } from './scan.ts';
export { onOneLine } from './one-line.ts';
export { type SpannedPayload, withSpans } from './members.ts';
export { idIn, stringIn } from './read.ts';
export { editPayload, type Edits } from './edit.ts';
export {
  answerResponse,
  errorResponse,
  notification,
  request,
  resultResponse,
  type Segments,
} from './message.ts';
export { definitionsOf, type ListPage } from './definitions.ts';
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
export { legacy } from './eras/legacy.ts';
