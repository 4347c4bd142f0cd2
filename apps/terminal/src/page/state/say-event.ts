import type { CallEnd, TurnAccepted, TurnEvent } from "@lilux/protocol";
import { callOutcome } from "../text/call-outcome.ts";
import { callText } from "../text/call-parts.ts";

/** What a screen reader is told of an event, or null where it would only be noise. */
export function sayEvent(event: TurnEvent | TurnAccepted): string | null {
  switch (event.type) {
    case "turn-accepted":
    case "text-delta":
    case "thought-delta":
    case "plan-update":
    case "turn-start":
    case "call-start":
    case "call-progress":
      return null;
    case "call-end":
      return sayCallEnd(event);
    case "confirm-request":
      return `Confirm needed: ${callText(event.call)}. Press Y to run it, N to decline.`;
    case "turn-end":
      return sayEnd(event.outcome, event.error?.message);
  }
}

function sayCallEnd(event: CallEnd): string {
  switch (callOutcome(event)) {
    case "ok":
      return "The call is done.";
    case "stopped":
      return "The call was stopped.";
    case "failed":
      return event.error?.message ?? "The call failed.";
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
