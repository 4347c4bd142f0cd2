import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { LanguageModel, ModelRequest, Spending } from "./language-model.ts";

interface ObserveDeps {
  metrics: OrchestratorMetrics;
  logger: Log;
}

/** The same model, with its latency, errors and tokens counted, and why it failed in the log. */
export function observeModel(
  model: LanguageModel,
  { metrics, logger }: ObserveDeps,
): LanguageModel {
  const { decide } = model;
  return {
    get name() {
      return model.name;
    },
    get capabilities() {
      return model.capabilities;
    },
    ...(decide === undefined ? {} : { decide: observed(decide, { metrics, logger }) }),
    async *stream(request, signal) {
      const end = metrics.upstream.startTimer({ kind: "stream" });
      const first = metrics.upstreamFirstToken.startTimer();
      let outcome = "left";
      let started = false;
      try {
        for await (const event of model.stream(counted(request, metrics), signal)) {
          if (!started) first();
          started = true;
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
        const value = await model.structured(counted(request, metrics), signal);
        end({ outcome: "ok" });
        return value;
      } catch (error) {
        end({ outcome: noted(error, { metrics, logger }) });
        throw error;
      }
    },
  };
}

function observed(
  decide: NonNullable<LanguageModel["decide"]>,
  { metrics, logger }: ObserveDeps,
): NonNullable<LanguageModel["decide"]> {
  return async (request, signal) => {
    const end = metrics.upstream.startTimer({ kind: "decision" });
    try {
      const decided = await decide(counted(request, metrics), signal);
      end({ outcome: decided === undefined ? "none" : "ok" });
      return decided;
    } catch (error) {
      end({ outcome: noted(error, { metrics, logger }) });
      throw error;
    }
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

function counted<R extends Pick<ModelRequest, "onSpent">>(
  request: R,
  { tokens }: OrchestratorMetrics,
): R {
  return {
    ...request,
    onSpent(spending: Spending) {
      tokens.inc({ kind: "prompt" }, spending.promptTokens ?? 0);
      tokens.inc({ kind: "cached" }, spending.cachedTokens ?? 0);
      tokens.inc({ kind: "completion" }, spending.completionTokens ?? 0);
      tokens.inc({ kind: "thought" }, spending.thoughtTokens ?? 0);
      request.onSpent?.(spending);
    },
  };
}
