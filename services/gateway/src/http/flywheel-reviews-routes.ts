import {
  ErrorBody,
  NewReview,
  NoiseReport,
  ReviewRows,
  ReviewTaken,
  ReviewUndone,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { AskFlywheel } from "../settings/ask-flywheel.ts";
import type { App } from "./create-app.ts";

const TAGS = ["Flywheel"];
const ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };

/** Whoever reviews reads what everybody in the tenant sent. */
const ADMINS = { verb: "admin" } as const;

const RuleQuery = Type.Object(
  { rule: Type.Optional(Type.String({ pattern: "^[a-z]{1,32}$" })) },
  { additionalProperties: false },
);

/** `/v1/flywheel/reviews` and `…/noise`: what people say of labels, and what that says of the rules. */
export function addFlywheelReviewsRoutes(app: App, ask: AskFlywheel): void {
  const listed = {
    operationId: "listReviews",
    tags: TAGS,
    summary: "The next labels to judge, drawn blindly, of the rule with the fewest reviews first",
    querystring: RuleQuery,
    response: { 200: ReviewRows, ...ERRORS },
  };
  app.get("/v1/flywheel/reviews", { schema: listed, config: ADMINS }, ({ tenant, query }) =>
    ask(tenant, { do: "list-reviews", ...query }, ReviewRows),
  );
  const taken = {
    operationId: "addReview",
    tags: TAGS,
    summary: "Say of a label that it is right, which call was meant, or that it teaches nothing",
    body: NewReview,
    response: { 200: ReviewTaken, ...ERRORS },
  };
  app.post("/v1/flywheel/reviews", { schema: taken, config: ADMINS }, ({ tenant, person, body }) =>
    ask(tenant, { do: "review", ...body, by: person }, ReviewTaken),
  );
  const undone = {
    operationId: "undoReview",
    tags: TAGS,
    summary: "Take back the caller's last review",
    response: { 200: ReviewUndone, ...ERRORS },
  };
  app.delete(
    "/v1/flywheel/reviews/last",
    { schema: undone, config: ADMINS },
    ({ tenant, person }) => ask(tenant, { do: "undo-review", by: person }, ReviewUndone),
  );
  const noise = {
    operationId: "showNoise",
    tags: TAGS,
    summary: "How often each rule of labels is wrong, by what people said, with 95 % intervals",
    response: { 200: NoiseReport, ...ERRORS },
  };
  app.get("/v1/flywheel/noise", { schema: noise, config: ADMINS }, ({ tenant }) =>
    ask(tenant, { do: "show-noise" }, NoiseReport),
  );
}
