import { describeCall } from "@lilux/core/calls";
import type { Call } from "@lilux/protocol";

/** Why a person is asked, in a sentence that names what would happen. */
export function confirmReason(call: Call): string {
  const what = describeCall(call);
  if (call.name !== "execute") return `${what} can do damage.`;
  const { action, item_type, item_id } = call.arguments;
  switch (action) {
    case "delete":
      return `This deletes the ${item_type} ${item_id}.`;
    case "publish":
      return `This publishes the ${item_type} ${item_id} for others to see and use.`;
    case "run":
    case "create":
    case "update":
      return `The ${item_type} ${item_id} is marked as destructive: what it does may not be undone.`;
  }
}
