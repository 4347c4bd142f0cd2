import { LiluxError } from "@lilux/protocol";

/** `what` begins the sentence; `instead` says what to do now. */
export function notAvailableYet(what: string, instead: string): LiluxError {
  return new LiluxError("not_available_yet", {
    message: `${what} is not available yet. ${instead}`,
  });
}
