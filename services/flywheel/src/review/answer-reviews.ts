import type { Clock } from "@lilux/core/async";
import type { FlywheelStore, Review } from "@lilux/database";
import {
  Call,
  createParser,
  LiluxError,
  type NoiseReport,
  type ReviewRows,
  type ReviewsRequest,
  type ReviewTaken,
  type ReviewUndone,
  type Tenant,
} from "@lilux/protocol";
import { labelId, labelKeyOf } from "../label/label-id.ts";
import { type LabelledTurn, labelTurns } from "../label/label-turns.ts";
import { newestTurns } from "../read/newest-turns.ts";
import { redactValue } from "../redact/redact-value.ts";
import { drawLabels } from "./draw-labels.ts";
import { noiseOf } from "./noise-of.ts";
import { reviewRow } from "./review-row.ts";

export interface AnswerReviewsDeps {
  store: FlywheelStore;
  clock: Clock;
}

export type ReviewsAnswer = ReviewRows | ReviewTaken | ReviewUndone | NoiseReport;

/** A page fits in one message of the bus, whatever stands in its turns. */
const ROWS_A_PAGE = 10;
const TURNS_MAX = 20_000;
const calls = createParser(Call, "the redacted call", "internal");

/** What a tenant's reviewers ask. Rejects with `invalid_request` for a label that is not there. */
export async function answerReviews(
  tenant: Tenant,
  request: ReviewsRequest,
  deps: AnswerReviewsDeps,
): Promise<ReviewsAnswer> {
  const { store } = deps;
  switch (request.do) {
    case "list-reviews":
      return nextRows(tenant, request.rule, store);
    case "review":
      return take(tenant, request, deps);
    case "undo-review":
      return undo(tenant, request.by, store);
    case "show-noise":
      return { rules: noiseOf(await store.reviews(tenant)) };
  }
}

async function nextRows(
  tenant: Tenant,
  rule: string | undefined,
  store: FlywheelStore,
): Promise<ReviewRows> {
  const turns = await newestTurns(tenant, TURNS_MAX, store);
  // Of a turn without its text nobody can say anything.
  const readable = turns.filter(({ level }) => level !== "metrics");
  const labelled = labelTurns(readable, await store.ratings(tenant)).filter(
    ({ label }) => rule === undefined || label.rule === rule,
  );
  const reviews = await store.reviews(tenant);
  const { drawn, left } = drawLabels({ labelled, reviews, seed: tenant, limit: ROWS_A_PAGE });
  return { rows: drawn.map(reviewRow), left };
}

async function take(
  tenant: Tenant,
  { id, verdict, meant, by }: Extract<ReviewsRequest, { do: "review" }>,
  { store, clock }: AnswerReviewsDeps,
): Promise<ReviewTaken> {
  if ((verdict === "fix") !== (meant !== undefined)) {
    throw new LiluxError("invalid_request", {
      message: "A fix says which call was meant, null for none; another verdict says none.",
      details: { field: "meant" },
    });
  }
  const labelled = await labelOf(tenant, id, store);
  if (labelled === undefined) throw noSuchLabel();
  const told = await redacted(tenant, { labelled, meant }, store);
  const review: Review = {
    tenant,
    ...labelKeyOf(id),
    verdict,
    ...(told === undefined ? {} : { meant: told }),
    reviewer: by,
    at: Math.floor(clock.unix()),
  };
  if (!(await store.addReview(review))) throw noSuchLabel();
  return { id, verdict };
}

/** What a reviewer writes is kept as what was typed is: without what looks private, where that is agreed. */
async function redacted(
  tenant: Tenant,
  { labelled, meant }: { labelled: LabelledTurn; meant: Call | null | undefined },
  store: FlywheelStore,
): Promise<Call | null | undefined> {
  const { turn } = labelled;
  if (meant === undefined || meant === null || turn.level === "full") return meant;
  const { salt } = await store.consent(tenant);
  return calls.parse(redactValue(meant, { salt, session: `${tenant}/${turn.sessionId}` }));
}

async function undo(tenant: Tenant, by: string, store: FlywheelStore): Promise<ReviewUndone> {
  const review = await store.undoReview({ tenant, reviewer: by });
  if (review === undefined) return { undone: null, row: null };
  const id = labelId(review);
  const labelled = await labelOf(tenant, id, store);
  const row = labelled === undefined ? null : reviewRow(labelled);
  return { undone: { id, verdict: review.verdict }, row };
}

async function labelOf(
  tenant: Tenant,
  id: string,
  store: FlywheelStore,
): Promise<LabelledTurn | undefined> {
  const { turnPosition } = labelKeyOf(id);
  const session = await store.sessionOfTurn({ tenant, turnPosition });
  return labelTurns(session, await store.ratings(tenant)).find((one) => one.id === id);
}

function noSuchLabel(): LiluxError {
  return new LiluxError("invalid_request", {
    message: "There is no such label: its turn was deleted, or is labelled otherwise now.",
    details: { field: "id" },
  });
}
