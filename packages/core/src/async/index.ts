export { abortError, deadlineSignal, untilAborted } from "./deadline.ts";
