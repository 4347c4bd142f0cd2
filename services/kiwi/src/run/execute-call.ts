import type { ExecuteEvent } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";

/** One execute request, checked and carried out. */
export type ExecuteCall = (
  request: unknown,
  options: KiwiCallOptions,
) => AsyncIterable<ExecuteEvent>;
