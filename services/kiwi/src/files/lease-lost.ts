import { LiluxError } from "@lilux/protocol";

/** Another process serves the library by now. */
export function leaseLost(): LiluxError {
  return new LiluxError("library_unreachable", {
    message:
      "Another tool core writes this library at the moment. Nothing was written. Try again shortly.",
    details: { reason: "leased" },
  });
}
