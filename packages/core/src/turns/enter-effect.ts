import type { Candidate, EnterEffect, Thresholds } from "@lilux/protocol";
import { confidenceOnEnter } from "./confidence-on-enter.ts";
import { decidePath } from "./decide-path.ts";

/** What Enter does to a line with this leader, shown or not: the policy, told before the key is pressed. */
export function enterEffect(leader: Candidate | undefined, thresholds: Thresholds): EnterEffect {
  const path = decidePath({ kind: "submit", leader, chosen: undefined, thresholds });
  if (path === "slow" || leader === undefined) return { does: "ask" };
  const { call, effect } = leader;
  const confidence = confidenceOnEnter(leader);
  if (path === "verify") return { does: "verify", call, confidence };
  return { does: effect === "destructive" ? "confirm" : "run", call, confidence };
}
