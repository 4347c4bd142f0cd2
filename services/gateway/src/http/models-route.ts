import type { ListModels } from "@lilux/rpc";
import { Type } from "typebox";
import { directMandate } from "../access/caller.ts";
import { modelsOf, unknownModel } from "../openai/models.ts";
import { OpenAiErrorBody } from "../openai/openai-error.ts";
import type { App } from "./create-app.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

const Model = Type.Object({
  id: Type.String(),
  object: Type.Literal("model"),
  created: Type.Integer(),
  owned_by: Type.String(),
});
const errors = { "4xx": OpenAiErrorBody, "5xx": OpenAiErrorBody };
const tags = ["OpenAI"];

/** `GET /v1/models`: what the tenant may name as `model`. */
export function addModelsRoutes(
  app: App,
  { listModels, now }: { listModels: ListModels; now(): number },
): void {
  const created = Math.floor(now() / 1_000);
  const told = (id: string) => ({ id, object: "model", created, owned_by: "lilux" }) as const;

  const list = {
    operationId: "listModels",
    tags,
    summary: "List the models that a caller may name",
    response: {
      200: Type.Object({ object: Type.Literal("list"), data: Type.Array(Model) }),
      ...errors,
    },
  };
  app.get("/v1/models", { schema: list, config: { verb: "predict" } }, async (request, reply) => {
    const asking = {
      signal: disconnectSignal(reply),
      traceparent: traceparentOf(request),
      mandate: directMandate(request.caller),
    };
    const ids = await modelsOf(request.tenant, { ...asking, listModels });
    return { object: "list" as const, data: ids.map(told) };
  });

  const one = {
    operationId: "retrieveModel",
    tags,
    summary: "Say whether a model is there",
    params: Type.Object({ model: Type.String() }),
    response: { 200: Model, ...errors },
  };
  app.get(
    "/v1/models/:model",
    { schema: one, config: { verb: "predict" } },
    async (request, reply) => {
      const asking = {
        signal: disconnectSignal(reply),
        traceparent: traceparentOf(request),
        mandate: directMandate(request.caller),
      };
      const ids = await modelsOf(request.tenant, { ...asking, listModels });
      const { model } = request.params;
      if (!ids.includes(model)) throw unknownModel(model, ids);
      return told(model);
    },
  );
}
