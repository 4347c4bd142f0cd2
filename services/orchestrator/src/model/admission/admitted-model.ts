import type { LanguageModel, ModelRequest } from "../language-model.ts";
import type { Purpose } from "./create-admission.ts";
import { type AdmittedModelDeps, startVisit } from "./visit.ts";

/**
 * The same model, entered by turns: each request takes a place and reserves
 * what it may use at most, and gives back what it did not. Throws `overloaded`
 * and `budget_exhausted` besides the model's own errors.
 */
export function admittedModel(model: LanguageModel, deps: AdmittedModelDeps): LanguageModel {
  const { decide } = model;
  return {
    get name() {
      return model.name;
    },
    get capabilities() {
      return model.capabilities;
    },
    ...(decide === undefined ? {} : { decide: admitted(decide, deps) }),
    async *stream(request, signal) {
      const visit = await startVisit(deps, { purpose: purposeOf(request), request, signal });
      try {
        yield* model.stream({ ...request, ...visit.asked() }, signal);
      } finally {
        await visit.end();
      }
    },
    async structured(request, signal) {
      const visit = await startVisit(deps, {
        purpose: request.teaches === true ? "teach" : "verify",
        request,
        signal,
      });
      try {
        return await model.structured({ ...request, ...visit.asked() }, signal);
      } finally {
        await visit.end();
      }
    },
  };
}

/** What it writes is at most one letter. */
const DECISION_TOKENS = 1;

function admitted(
  decide: NonNullable<LanguageModel["decide"]>,
  deps: AdmittedModelDeps,
): NonNullable<LanguageModel["decide"]> {
  return async (request, signal) => {
    const asked = { ...request, tokensMax: DECISION_TOKENS };
    const visit = await startVisit(deps, { purpose: "verify", request: asked, signal });
    try {
      return await decide({ ...request, ...visit.asked() }, signal);
    } finally {
      await visit.end();
    }
  };
}

function purposeOf({ explains }: ModelRequest): Purpose {
  return explains === true ? "explain" : "converse";
}
