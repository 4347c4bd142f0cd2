export { type Log, SILENT_LOG } from "./log.ts";
export { loggedError } from "./logged-error.ts";
export {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";
