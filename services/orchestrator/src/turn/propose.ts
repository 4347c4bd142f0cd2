import { voucherOf } from "@lilux/core/consent";
import { isWholeCall } from "@lilux/core/parameters";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Call, CallActor, TurnRequest } from "@lilux/protocol";
import type { RouterView } from "../model/language-model.ts";
import type { Conversation } from "./conversation.ts";

/** A call with what the tool core has to know of who proposes it. */
export interface Proposal {
  call: Call;
  by: CallActor;
  /** Its arguments or existence may derive from text that nobody vouches for. */
  tainted: boolean;
}

/**
 * What the person typed and chose, or what the router was sure to read out of their line. Of a
 * conversation that a program keeps nobody knows whose line it is.
 */
export function callOfLine(call: Call, { chat }: TurnRequest): Proposal {
  return chat === undefined ? { call, by: "person", tainted: false } : nobodys(call);
}

function nobodys(call: Call): Proposal {
  return { call, by: "model", tainted: true };
}

/**
 * What a model proposes, judged by what it had heard when it did: calls that
 * were proposed together do not know each other's results.
 */
export function judgeProposals(
  conversation: Conversation,
  router: RouterView,
  { chat }: TurnRequest,
): (call: Call) => Proposal {
  if (chat !== undefined) return nobodys;
  const { heard, started } = conversation;
  const evidence = { line: router.text, certain: certainCall(router), steps: [...started], heard };
  return (call) => {
    const voucher = voucherOf(call, evidence);
    const by = voucher === "step" ? "directive" : "model";
    return { call, by, tainted: voucher === undefined };
  };
}

/** What Enter would have run without asking a model. */
function certainCall({ leader, thresholds }: RouterView): Call | undefined {
  if (leader === undefined || !isWholeCall(leader)) return undefined;
  return confidenceOnEnter(leader) > thresholds.act ? leader.call : undefined;
}
