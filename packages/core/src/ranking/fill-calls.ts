import type { Candidate, ExecuteCall, ParameterOrigin } from "@lilux/protocol";
import { effectOfCall } from "../calls/index.ts";
import {
  confidenceOfReading,
  openLine,
  type ParameterTarget,
  type ReadParameters,
  readParameters,
} from "../parameters/index.ts";
import { splitIdentifier } from "../text/index.ts";
import { filledLoad } from "./filled-load.ts";
import { goesOn } from "./hold-taken-back.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";

/**
 * What is left of the confidence on Enter when a value was said that no input took, and when words are left that say
 * something and that neither an input took nor the item is about. Over the halves of the sets in
 * training/router/data/calls that the readers were not tuned on: of 17 lines with such words 4 are right, of 82
 * without 66. An input that is missing does not make it less likely that this call is meant: the policy holds it
 * back by itself.
 */
const UNREAD_SHARE = 0.4;
const LEFTOVER_SHARE = 0.4;

/**
 * The same calls with the parameters that the line gives: what a person is shown and what runs.
 * Only the finished line is held to be whole; one still being typed may yet say what is missing.
 */
export function fillCalls(ranked: RankedCalls, line: LineEvidence): RankedCalls {
  const { text, items, today, nearestChoice } = line;
  const said = openLine(text, today);
  const candidates = ranked.candidates.map((candidate) => {
    const { call } = candidate;
    if (call.name === "load") {
      const load = filledLoad(call, text);
      return { ...candidate, call: load, effect: effectOfCall(load, candidate.effect) };
    }
    if (call.name !== "execute" || call.arguments.action !== "run") return candidate;
    const { item_type, item_id } = call.arguments;
    if (item_type === "knowledge") return candidate;
    const evidence = items.find(
      ({ item, callId }) => callId === item_id && item.item_type === item_type,
    );
    if (evidence === undefined) return candidate;
    const target = { ...targetOf(evidence), today, nearestChoice };
    const own = readParameters(said, target);
    return filled(candidate, call, evidence.isPrevious ? goneOn(own, { line, target }) : own);
  });
  return { ...ranked, candidates };
}

/** "Same for staging" means the values of the line before, but for those that this one gives. */
function goneOn(
  own: ReadParameters,
  { line, target }: { line: LineEvidence; target: ParameterTarget },
): ReadParameters {
  if (line.before === undefined || !goesOn(line)) return own;
  const before = readParameters(line.before, target);
  const isKept = (name: string): boolean => !Object.hasOwn(own.values, name);
  const kept = Object.entries(before.values).filter(([name]) => isKept(name));
  const names = new Set(kept.map(([name]) => name));
  const confidence = confidenceOfReading("before");
  return {
    values: { ...Object.fromEntries(kept), ...own.values },
    origins: own.origins.map((each) =>
      names.has(each.name) ? { name: each.name, origin: "inferred", confidence } : each,
    ),
    unread: own.unread,
    leftover: own.leftover,
  };
}

function filled(
  candidate: Candidate,
  call: ExecuteCall,
  { values, origins, unread, leftover }: ReadParameters,
): Candidate {
  const isEmpty = Object.keys(values).length === 0;
  const given = isEmpty ? call.arguments : { ...call.arguments, parameters: values };
  const share = trustIn(origins) * shareLeft({ unread, leftover, inputs: origins.length });
  const onEnter = (candidate.confidenceOnEnter ?? candidate.confidence) * share;
  return {
    ...candidate,
    call: { name: "execute", arguments: given },
    confidenceOnEnter: Math.round(onEnter * 1e6) / 1e6,
    ...(origins.length === 0 ? {} : { parameters: origins }),
    ...(unread.length === 0 ? {} : { unread }),
  };
}

/**
 * A call is as likely as its least likely value: values of one line are right or wrong together. What was said
 * outright is as sure as the call.
 */
function trustIn(origins: readonly ParameterOrigin[]): number {
  const inferred = origins.filter(({ origin }) => origin === "inferred");
  return Math.min(1, ...inferred.map(({ confidence = 1 }) => confidence));
}

function shareLeft({
  unread,
  leftover,
  inputs,
}: Pick<ReadParameters, "unread" | "leftover"> & { inputs: number }): number {
  if (unread.length > 0) return UNREAD_SHARE;
  return leftover > 0 && inputs > 0 ? LEFTOVER_SHARE : 1;
}

/** An item and what it is called by stay the same from key to key. */
const targets = new WeakMap<ItemEvidence["item"], { callId: string; target: ParameterTarget }>();

function targetOf({ item, callId }: ItemEvidence): ParameterTarget {
  const known = targets.get(item);
  if (known?.callId === callId) return known.target;
  const { inputs, description, tags } = item;
  const idWords = splitIdentifier(callId.split("/").at(-1) ?? "");
  const about = [callId, description, ...tags];
  const target = { inputs, idWords, knownWords: new Set(about.flatMap(splitIdentifier)) };
  targets.set(item, { callId, target });
  return target;
}
