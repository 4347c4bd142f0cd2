import type { Clock } from "@lilux/core/async";
import {
  CALL_FEATURES,
  callFeatures,
  createUtilities,
  type LineEvidence,
  proposeCalls,
  signatureOf,
  signatureOfCall,
} from "@lilux/core/ranking";
import type { LibraryIndex } from "@lilux/library-index";
import {
  type Call,
  createParser,
  LiluxError,
  type RankerWeights,
  type StudyAnswer,
  StudyRequest,
  type Tenant,
} from "@lilux/protocol";
import { BASE_FILES } from "../deploy/ranker-of.ts";
import type { Engine } from "../predict/engine.ts";
import {
  evidenceWithoutLessons,
  LINES_WITHIN_MS,
  untilLibraryIsRead,
} from "./evidence-without-lessons.ts";

/** Candidates that are told of beside the call itself and "no call": the rest decide nothing. */
const LIKELIEST = 12;

const parser = createParser(StudyRequest, "a study");

/**
 * What the router's own ranker goes by on labelled lines, from the same evidence as a trial. Rejects with
 * `model_invalid` where the router has no fitted ranker, and with `router_unavailable` while the tenant's
 * library is not there in full.
 */
export async function answerStudy(
  tenant: Tenant,
  body: unknown,
  { engine, clock }: { engine: Engine; clock: Clock },
): Promise<StudyAnswer> {
  const { study } = parser.parse(body);
  const { files, name, version, ranker } = engine.model.manifest;
  if (ranker === null) {
    throw new LiluxError("model_invalid", {
      message: "The router's model has no fitted ranker: there is nothing to add an offset to.",
    });
  }
  const signal = AbortSignal.timeout(LINES_WITHIN_MS);
  await untilLibraryIsRead(tenant, engine);
  const { library } = engine.libraries.of(tenant);
  const sees = createSight(ranker);
  const lines: StudyAnswer["lines"] = [];
  for (const { line, history, call } of study) {
    const asked = { tenant, line, history };
    const evidence = await evidenceWithoutLessons(asked, { engine, clock, signal });
    lines.push(sees(evidence, signatureIn(library, call)));
  }
  const base = Object.fromEntries(BASE_FILES.map((file) => [file, files[file]?.sha256 ?? ""]));
  return { encoder: { name, version }, base, ranker, lines };
}

function createSight(
  ranker: RankerWeights,
): (evidence: LineEvidence, signature: string | undefined) => StudyAnswer["lines"][number] {
  const utilitiesOf = createUtilities(ranker);
  const places = ranker.featureNames.map((name) =>
    (CALL_FEATURES as readonly string[]).indexOf(name),
  );
  return (evidence, signature) => {
    const proposals = proposeCalls(evidence);
    const features = callFeatures(proposals, evidence);
    const utilities = utilitiesOf(features);
    const isMeant = proposals.map((proposal) => signatureOf(proposal) === signature);
    const taken = proposals
      .map((proposal, place) => ({ place, isKept: proposal.kind === "none" || isMeant[place] }))
      .toSorted((a, b) => (utilities[b.place] ?? 0) - (utilities[a.place] ?? 0))
      .filter(({ isKept }, order) => order < LIKELIEST || isKept === true)
      .map(({ place }) => place);
    return {
      characters: evidence.text.length,
      rows: taken.map((place) => places.map((at) => rounded(features[place]?.[at] ?? 0))),
      utilities: taken.map((place) => rounded(utilities[place] ?? 0)),
      meant: taken.flatMap((place, order) => (isMeant[place] === true ? [order] : [])),
    };
  };
}

/** What a call asks for here; undefined where its item is gone. */
function signatureIn(library: LibraryIndex | undefined, call: Call | null): string | undefined {
  const given = call?.arguments;
  const key =
    given !== undefined && "item_id" in given
      ? library?.resolve(given.item_type, given.item_id)?.key
      : undefined;
  return signatureOfCall(call, key);
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
