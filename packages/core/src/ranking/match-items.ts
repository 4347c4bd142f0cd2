import { type Candidate, type ItemMatch, MATCHES_MAX } from "@lilux/protocol";
import { firstLine, type Scope } from "../text/index.ts";
import { fillCalls } from "./fill-calls.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";

const DESCRIPTION_CHARACTERS = 140;

/** What an item's place among the matches is made of; the sum says nothing beyond their order. */
const WEIGHTS = {
  candidate: 1.2,
  coverage: 0.7,
  lexical: 0.6,
  phrases: 0.4,
  cosine: 0.4,
  warm: 0.1,
};
/**
 * A line of fewer letters says nothing by its meaning: until then only what has its letters matches.
 */
const MEANT_LETTERS_MIN = 4;

/**
 * The items a line may be about, to be looked at while no call is sure: by what the ranked calls are
 * about, by name from the first letters, and by meaning. Offering one harms nobody, so nothing here
 * is held back until it is sure.
 */
export function matchItems(
  line: LineEvidence,
  candidates: readonly Candidate[],
  scope?: Scope,
): ItemMatch[] {
  const shares = sharesOf(candidates);
  const isMeant = letterCount(line.text) >= MEANT_LETTERS_MIN;
  return line.items
    .filter((evidence) => isInScope(evidence, scope))
    .map((evidence) => ({ evidence, score: scoreOf(evidence, { shares, isMeant }) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.evidence.key < b.evidence.key ? -1 : 1))
    .slice(0, MATCHES_MAX)
    .map(({ evidence }) => matchOf(evidence, line, scope));
}

interface Scoring {
  /** Of the candidates' confidence, by item. */
  shares: ReadonlyMap<string, number>;
  isMeant: boolean;
}

function scoreOf(evidence: ItemEvidence, { shares, isMeant }: Scoring): number {
  const { mention, lexical, cosine = 0, phrases, warm, item, callId } = evidence;
  const named = WEIGHTS.coverage * mention.coverage + WEIGHTS.lexical * lexical;
  if (!isMeant) return named;
  return (
    named +
    WEIGHTS.candidate * (shares.get(`${item.item_type} ${callId}`) ?? 0) +
    WEIGHTS.phrases * Math.max(0, phrases?.three ?? 0) +
    WEIGHTS.cosine * Math.max(0, cosine) +
    WEIGHTS.warm * (warm / (1 + warm))
  );
}

function sharesOf(candidates: readonly Candidate[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { call, confidence } of candidates) {
    if (call.name === "search") continue;
    const key = `${call.arguments.item_type} ${call.arguments.item_id}`;
    shares.set(key, (shares.get(key) ?? 0) + confidence);
  }
  return shares;
}

function isInScope({ item }: ItemEvidence, scope: Scope | undefined): boolean {
  if (scope?.kind === "run") return item.item_type !== "knowledge";
  return scope?.kind !== "type" || item.item_type === scope.type;
}

function matchOf(evidence: ItemEvidence, line: LineEvidence, scope: Scope | undefined): ItemMatch {
  const { item, callId } = evidence;
  const { item_type, source } = item;
  const description = firstLine(item.description, DESCRIPTION_CHARACTERS);
  if (scope?.kind !== "run") {
    const call = { name: "load", arguments: { item_type, item_id: callId, source } } as const;
    return { call, effect: source === "registry" ? "write" : "read", description };
  }
  const call = {
    name: "execute",
    arguments: { item_type, item_id: callId, action: "run" },
  } as const;
  const bare: Candidate = { call, confidence: 0, effect: item.effect };
  const ranked = { candidates: [bare], noCallConfidence: 1, noCallConfidenceOnEnter: 1 };
  const { call: filled, effect, parameters } = fillCalls(ranked, line).candidates[0] ?? bare;
  const origins = parameters === undefined ? {} : { parameters };
  return { call: filled, effect, description, ...origins };
}

function letterCount(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
