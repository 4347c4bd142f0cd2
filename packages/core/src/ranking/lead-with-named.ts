import type { Call, Candidate, ItemSource } from "@lilux/protocol";
import { effectOfCall } from "../calls/index.ts";
import { splitIdentifier } from "../text/index.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import { type NamedItems, type NamedVerb, namedItems } from "./named-items.ts";
import { loadSourcesOf } from "./possible-sources.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { CANDIDATES_MAX, rounded, scaled } from "./reshape-ranking.ts";

/** What is left for everything else when a line is nothing but a command and a name. */
const DOUBT = 0.01;
/** While a longer id may still be meant, it leads and is not shown. */
const MAY_GROW = 0.5;

/**
 * Puts first what the line names outright, whatever the model makes of it: an id is no matter of
 * likelihood. Items that share the name share the confidence, so that none of them is run unasked.
 */
export function leadWithNamed(ranked: RankedCalls, line: LineEvidence): RankedCalls {
  const named = namedItems(line);
  if (named === undefined) return ranked;
  const share = (1 - DOUBT) / named.items.length;
  const mayGrow = line.lastOpen && isBeginningOfAnother(named.items, line);
  const leading = named.items.map((item): Candidate => {
    const call = callOf(item, named, line);
    return {
      call,
      confidence: rounded(mayGrow ? share * MAY_GROW : share),
      confidenceOnEnter: rounded(share),
      effect: effectOfCall(call, item.item.effect),
    };
  });
  return withLeading(ranked, leading, mayGrow ? MAY_GROW : DOUBT);
}

function withLeading(
  ranked: RankedCalls,
  leading: readonly Candidate[],
  left: number,
): RankedCalls {
  const isLeading = ({ call }: Candidate): boolean =>
    leading.some((other) => JSON.stringify(other.call) === JSON.stringify(call));
  const others = ranked.candidates.filter((candidate) => !isLeading(candidate));
  return {
    candidates: [...leading, ...others.map((other) => scaled(other, left))].slice(
      0,
      CANDIDATES_MAX,
    ),
    noCallConfidence: ranked.noCallConfidence * left,
    noCallConfidenceOnEnter: ranked.noCallConfidenceOnEnter * DOUBT,
  };
}

function callOf(item: ItemEvidence, { verb, rest }: NamedItems, { reading }: LineEvidence): Call {
  const { item_type, source: own } = item.item;
  const named = { item_type, item_id: item.callId };
  const action: NamedVerb = verb ?? (item_type === "knowledge" ? "load" : "run");
  if (action !== "load") return { name: "execute", arguments: { ...named, action } };
  const said = (["registry", "user"] as const).find((source) => rest.includes(source));
  const sources: ItemSource[] = loadSourcesOf(own, reading);
  const isPossible =
    said !== undefined &&
    ["project", "user", "registry"].indexOf(said) > ["project", "user", "registry"].indexOf(own);
  const source = isPossible && said !== undefined ? said : (sources[0] ?? own);
  return { name: "load", arguments: { ...named, source } };
}

/** "check" while "check_certificate" is there too. */
function isBeginningOfAnother(named: readonly ItemEvidence[], { items }: LineEvidence): boolean {
  const joined = named.map(({ callId }) => joinedOf(callId));
  return items.some(
    (item) =>
      !named.includes(item) &&
      joined.some((start) => {
        const other = joinedOf(item.callId);
        return other.length > start.length && other.startsWith(start);
      }),
  );
}

function joinedOf(callId: string): string {
  return splitIdentifier(callId.split("/").at(-1) ?? "").join("");
}
