import type { Candidate } from "@lilux/protocol";
import { isWholeCall, type ParameterTarget, readParameters } from "../parameters/index.ts";
import { splitIdentifier } from "../text/index.ts";
import type { ItemEvidence, Proposal } from "./line-evidence.ts";

/**
 * What is left of the confidence on Enter when a value was concluded from its form, and when the
 * call is not whole. Set by hand, below every `act`; to be fitted where lines with values are at
 * hand.
 */
const INFERRED_SHARE = 0.84;
const NOT_WHOLE_SHARE = 0.4;

/**
 * A candidate that runs an item, with the parameters that the line gives. Only the finished line
 * is held to be whole: one still being typed may yet say what is missing.
 */
export function fillCall(
  candidate: Candidate,
  { proposal, text }: { proposal: Proposal; text: string },
): Candidate {
  const { call } = candidate;
  if (proposal.kind !== "execute" || call.name !== "execute") return candidate;
  const { action, item_type } = call.arguments;
  if (action !== "run" || item_type === "knowledge") return candidate;
  const { values, origins, unread } = readParameters(text, targetOf(proposal.item));
  const isEmpty = Object.keys(values).length === 0;
  const given = isEmpty ? call.arguments : { ...call.arguments, parameters: values };
  const filled: Candidate = { ...candidate, call: { name: "execute", arguments: given } };
  if (origins.length > 0) filled.parameters = origins;
  if (unread.length > 0) filled.unread = unread;
  const isInferred = origins.some(({ origin }) => origin === "inferred");
  const share = (isInferred ? INFERRED_SHARE : 1) * (isWholeCall(filled) ? 1 : NOT_WHOLE_SHARE);
  const onEnter = candidate.confidenceOnEnter;
  if (onEnter !== undefined) filled.confidenceOnEnter = Math.round(onEnter * share * 1e6) / 1e6;
  return filled;
}

function targetOf({ item, callId }: ItemEvidence): ParameterTarget {
  const { inputs, description, tags } = item;
  const idWords = splitIdentifier(callId.split("/").at(-1) ?? "");
  const about = [callId, description, ...tags];
  return { inputs, idWords, knownWords: new Set(about.flatMap(splitIdentifier)) };
}
