import { abortError } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { ProcessOutcome, StopReason } from "./process-outcome.ts";
import {
  ARCHIVE_BYTES_MAX,
  type ProcessEnd,
  STDOUT_BYTES_MAX,
  type Supervision,
} from "./process-plan.ts";

type Asked = Pick<Supervision, "signal" | "timeoutMs">;

/** The end of a run that came to one; the error of any other. */
export function readOutcome(outcome: ProcessOutcome, asked: Asked): ProcessEnd {
  switch (outcome.kind) {
    case "ended":
      return outcome.end;
    case "stopped":
      throw stoppedBy(outcome.reason, asked);
    case "unheld":
      throw new LiluxError("sandbox_unavailable", { cause: new Error(outcome.message) });
    case "not-started":
      throw new Error(outcome.message);
  }
}

function stoppedBy(reason: StopReason, { signal, timeoutMs }: Asked): LiluxError {
  if (reason === "caller") return abortError(signal);
  if (reason === "memory") return new LiluxError("script_memory_exceeded");
  if (reason === "time") return ranTooLong(timeoutMs);
  return new LiluxError("script_output_too_large", {
    details: { stdoutBytesMax: STDOUT_BYTES_MAX, filesBytesMax: ARCHIVE_BYTES_MAX },
  });
}

function ranTooLong(timeoutMs: number): LiluxError {
  const seconds = timeoutMs / 1000;
  return new LiluxError("script_timeout", {
    message: `The script ran longer than ${seconds} s and was stopped. Give it less to do, or a longer _timeout.`,
    details: { timeoutSeconds: seconds },
  });
}
