export { type Clock, SYSTEM_CLOCK } from "./clock.ts";
export { abortError, deadlineSignal, openDeadline, untilAborted } from "./deadline.ts";
export { finishWithin } from "./finish-within.ts";
export {
  createFramePacer,
  type FramePacer,
  type FramePacerOptions,
  platformTimer,
} from "./frame-pacer.ts";
export { createMailbox, type Mailbox } from "./mailbox.ts";
