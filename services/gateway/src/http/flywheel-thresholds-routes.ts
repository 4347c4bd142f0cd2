import { ErrorBody, ShownThresholds } from "@lilux/protocol";
import { Type } from "typebox";
import type { AskFlywheel } from "../settings/ask-flywheel.ts";
import type { App } from "./create-app.ts";

const TAGS = ["Flywheel"];
const ANSWERS = { 200: ShownThresholds, "4xx": ErrorBody, "5xx": ErrorBody };

/** It counts for everybody in the tenant. */
const ADMINS = { verb: "admin" } as const;

const SwitchBody = Type.Object(
  { mode: Type.Union([Type.Literal("on"), Type.Literal("off")]) },
  { additionalProperties: false },
);

/** `/v1/flywheel/thresholds`: the bar of acting, fitted to what the tenant's people took. */
export function addFlywheelThresholdsRoutes(app: App, ask: AskFlywheel): void {
  const path = "/v1/flywheel/thresholds";
  const schemaOf = (operationId: string, summary: string) => ({
    operationId,
    tags: TAGS,
    summary,
    response: ANSWERS,
  });
  const shown = schemaOf("showThresholds", "Show the bar of acting, its last fit and its changes");
  app.get(path, { schema: shown, config: ADMINS }, ({ tenant }) =>
    ask(tenant, { do: "show-thresholds" }, ShownThresholds),
  );
  const switched = schemaOf("switchThresholds", "Have the bar fitted every night, or not at all");
  app.put(
    path,
    { schema: { ...switched, body: SwitchBody }, config: ADMINS },
    ({ tenant, person: by, body }) =>
      ask(tenant, { do: "switch-thresholds", mode: body.mode, by }, ShownThresholds),
  );
  const fitted = schemaOf("fitThresholds", "Fit the bar now; it counts where that is switched on");
  app.post(`${path}/fit`, { schema: fitted, config: ADMINS }, ({ tenant, person: by }) =>
    ask(tenant, { do: "fit-thresholds", by }, ShownThresholds),
  );
  const back = schemaOf("rollBackThresholds", "Go back to the bar before, and hold it there");
  app.post(`${path}/rollback`, { schema: back, config: ADMINS }, ({ tenant, person: by }) =>
    ask(tenant, { do: "roll-back-thresholds", by }, ShownThresholds),
  );
}
