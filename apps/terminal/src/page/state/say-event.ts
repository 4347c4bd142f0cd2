import type { TurnAccepted, TurnEvent } from "@lilux/protocol";
import { callText } from "../text/call-parts.ts";

/** What a screen reader is told of an event, or null where it would only be noise. */
export function sayEvent(event: TurnEvent | TurnAccepted): string | null {
  switch (event.type) {
    case "turn-accepted":
    case "text-delta":
    case "plan-update":
    case "turn-start":
    case "call-start":
    case "call-progress":
      return null;
    case "call-end":
      return event.ok ? "The call is done." : (event.error?.message ?? "The call failed.");
    case "confirm-request":
      return `Confirm needed: ${callText(event.call)}. Press Y to run it, N to decline.`;
    case "turn-end":
      return sayEnd(event.outcome, event.error?.message);
  }
}

function sayEnd(
  outcome: "completed" | "cancelled" | "failed" | "interrupted",
  message: string | undefined,
): string {
  switch (outcome) {
    case "completed":
      return "Answer complete.";
    case "cancelled":
      return "Cancelled.";
    case "failed":
      return message ?? "The turn failed.";
    case "interrupted":
      return message ?? "The turn was interrupted.";
  }
}
