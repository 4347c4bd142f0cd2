import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { LanguageModel, ModelEvent } from "./language-model.ts";

interface ObserveDeps {
  metrics: OrchestratorMetrics;
  logger: Log;
}

/** The same model, with its latency, errors and tokens counted, and why it failed in the log. */
export function observeModel(
  model: LanguageModel,
  { metrics, logger }: ObserveDeps,
): LanguageModel {
  return {
    get name() {
      return model.name;
    },
    get capabilities() {
      return model.capabilities;
    },
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
        outcome = noted(error, { metrics, logger });
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
        end({ outcome: noted(error, { metrics, logger }) });
        throw error;
      }
    },
  };
}

/** The failure's code. What the server said may quote the prompt: it is a person's own. */
function noted(thrown: unknown, { metrics, logger }: ObserveDeps): string {
  const { code, details, cause } = LiluxError.from(thrown);
  if (code.startsWith("llm_")) {
    const reason = details?.["reason"];
    metrics.upstreamFailures.inc({ code, reason: typeof reason === "string" ? reason : "other" });
    const said = cause instanceof Error ? cause.message : undefined;
    logger.warn({ code, ...details, pii: { said } }, "language model failed");
  }
  return code;
}

function countTokens(event: ModelEvent, { tokens }: OrchestratorMetrics): void {
  if (event.type !== "usage") return;
  tokens.inc({ kind: "prompt" }, event.promptTokens ?? 0);
  tokens.inc({ kind: "completion" }, event.completionTokens ?? 0);
}
