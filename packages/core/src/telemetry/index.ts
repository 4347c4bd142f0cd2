export { type Log, SILENT_LOG } from "./log.ts";
export {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";
