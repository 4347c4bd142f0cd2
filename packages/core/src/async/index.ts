export { abortError, deadlineSignal, untilAborted } from "./deadline.ts";
export { finishWithin } from "./finish-within.ts";
export { createMailbox, type Mailbox, type WaitingMailbox } from "./mailbox.ts";
