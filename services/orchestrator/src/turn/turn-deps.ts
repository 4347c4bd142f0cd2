import type { CallDeps } from "../calls/run-call.ts";
import type { LanguageModel } from "../model/language-model.ts";
import type { VerifyDeadlines } from "./verify-deadlines.ts";

export interface TurnDeps extends CallDeps {
  model: LanguageModel;
  verifyWithin: VerifyDeadlines;
}
