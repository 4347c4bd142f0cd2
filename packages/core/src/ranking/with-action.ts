import type { Candidate, ExecuteAction } from "@lilux/protocol";
import { effectOfCall } from "../calls/index.ts";
import type { ItemEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { onEnterOf, ordered, rounded } from "./reshape-ranking.ts";

/** Another action of the same item gets what a candidate had. */
export function withAction(
  ranked: RankedCalls,
  candidate: Candidate,
  { item: { item, callId }, action }: { item: ItemEvidence; action: ExecuteAction },
): RankedCalls {
  const call = {
    name: "execute" as const,
    arguments: { item_type: item.item_type, item_id: callId, action },
  };
  const isMeant = (other: Candidate): boolean =>
    other.call.name === "execute" &&
    other.call.arguments.action === action &&
    other.call.arguments.item_id === callId &&
    other.call.arguments.item_type === item.item_type;
  const known = ranked.candidates.find(isMeant);
  const meant: Candidate = {
    call,
    confidence: rounded(candidate.confidence + (known?.confidence ?? 0)),
    confidenceOnEnter: rounded(onEnterOf(candidate) + (known === undefined ? 0 : onEnterOf(known))),
    effect: effectOfCall(call, item.effect),
  };
  const others = ranked.candidates.filter((other) => other !== candidate && !isMeant(other));
  return ordered({ ...ranked, candidates: [meant, ...others] });
}
