import type { Call, PredictionFrame } from "@lilux/protocol";
import type { Manner, PlannedLine } from "./plan-month.ts";

export type Action =
  | { do: "accept"; index: number }
  | { do: "choose"; call: Call }
  | { do: "submit" };

export interface SeenLine {
  /** What leads, offered or not; null where nothing does. */
  leader: Call | null;
  isRight: boolean;
  /** It is offered, and right: one key away. */
  isOffered: boolean;
}

const CARELESS_TAB = 0.5;
/** Of those who see what they want leading: press Tab, the others Enter. */
const TAB = 0.6;
/** Of those who do not see it in the list: look it up. The others press Enter and see what comes. */
const LOOKS_UP = 0.75;

/** What a line's prediction was worth to somebody who means this call. */
export function seenOf(
  { candidates, closest }: Pick<PredictionFrame, "candidates" | "closest">,
  meant: Call | null,
): SeenLine {
  const [first] = candidates;
  const leader = first?.call ?? closest?.call ?? null;
  // Talk is read rightly where nothing is offered for it.
  if (meant === null) return { leader, isRight: first === undefined, isOffered: false };
  const isRight = leader !== null && isSameWish(leader, meant);
  return { leader, isRight, isOffered: isRight && first !== undefined };
}

/** What somebody of this manner does about a line and its prediction. */
export function decideAction(
  { candidates }: Pick<PredictionFrame, "candidates">,
  { call, pretended, mood }: PlannedLine,
  manner: Manner,
): Action {
  if (manner === "hostile" && pretended !== null) return { do: "choose", call: pretended };
  if (manner === "careless" && candidates.length > 0 && mood < CARELESS_TAB) {
    return { do: "accept", index: 0 };
  }
  if (call === null) return { do: "submit" };
  const index = candidates.findIndex((candidate) => isSameWish(candidate.call, call));
  if (index > 0 || (index === 0 && mood < TAB)) return { do: "accept", index };
  if (index === 0) return { do: "submit" };
  return mood < LOOKS_UP ? { do: "choose", call } : { do: "submit" };
}

/** Values are not compared: they are the line's, and another measurement. */
export function isSameWish(a: Call, b: Call): boolean {
  if (a.name === "search" || b.name === "search" || a.name !== b.name) return false;
  const [one, other] = [a.arguments, b.arguments];
  if (one.item_type !== other.item_type || idOf(one.item_id) !== idOf(other.item_id)) return false;
  return ("action" in one ? one.action : "") === ("action" in other ? other.action : "");
}

/** Without its folder, which a call names only where it has to. */
function idOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
