import type { CallDeps } from "../calls/run-call.ts";
import type { Calibrations } from "../decisions/calibrations.ts";
import type { VerifyDeadlines } from "../decisions/verify-deadlines.ts";
import type { LanguageModel } from "../model/language-model.ts";

export interface TurnDeps extends CallDeps {
  model: LanguageModel;
  verifyWithin: VerifyDeadlines;
  calibrations: Calibrations;
}
