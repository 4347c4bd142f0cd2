import { LiluxError } from "@lilux/protocol";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { LanguageModel, ModelEvent } from "./language-model.ts";

/** The same model, with its latency, errors and tokens counted. */
export function observeModel(model: LanguageModel, metrics: OrchestratorMetrics): LanguageModel {
  return {
    name: model.name,
    capabilities: model.capabilities,
    async *stream(request, signal) {
      const end = metrics.upstream.startTimer({ kind: "stream" });
      const first = metrics.upstreamFirstToken.startTimer();
      let outcome = "left";
      let started = false;
      try {
        for await (const event of model.stream(request, signal)) {
          if (!started) first();
          started = true;
          countTokens(event, metrics);
          yield event;
        }
        outcome = "ok";
      } catch (error) {
        outcome = LiluxError.from(error).code;
        throw error;
      } finally {
        end({ outcome });
      }
    },
    async structured(request, signal) {
      const end = metrics.upstream.startTimer({ kind: "structured" });
      try {
        const value = await model.structured(request, signal);
        end({ outcome: "ok" });
        return value;
      } catch (error) {
        end({ outcome: LiluxError.from(error).code });
        throw error;
      }
    },
  };
}

function countTokens(event: ModelEvent, { tokens }: OrchestratorMetrics): void {
  if (event.type !== "usage") return;
  tokens.inc({ kind: "prompt" }, event.promptTokens ?? 0);
  tokens.inc({ kind: "completion" }, event.completionTokens ?? 0);
}
