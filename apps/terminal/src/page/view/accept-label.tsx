import { acceptLabel } from "../state/accept-key.ts";
import { useSelected } from "./terminal-context.ts";

/** The key that accepts the first suggestion, as this person has it. */
export function AcceptLabel() {
  return <kbd>{useSelected((state) => acceptLabel(state.acceptKey))}</kbd>;
}
