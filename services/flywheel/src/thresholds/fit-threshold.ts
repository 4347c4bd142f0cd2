import { fitActThreshold, turnsToSaySo, upperBound } from "@lilux/core/rollout";
import { ACT_FLOOR, type ThresholdFit } from "@lilux/protocol";
import type { JudgedKeptTurn } from "../models/judge-turns.ts";
import { tellingTurns } from "./telling-turns.ts";

/** What is told with the bar: of a hundred fits, so many keep their word. */
export const CONFIDENCE = 0.95;

export interface FitQuestion {
  judged: readonly JudgedKeptTurn[];
  /** Names of the tenant's own models, and the one of them that answers; undefined is the router's own. */
  models: ReadonlySet<string>;
  live: string | undefined;
  /** Of acted calls, the share that may be wrong. */
  errorMax: number;
  at: number;
}

/** The bar of acting above which, by what people took, no more than the stated share of calls is wrong. */
export function fitThreshold(question: FitQuestion): ThresholdFit {
  const { errorMax, at } = question;
  const answeredBy = modelThatAnswers(question);
  const all = answeredBy === undefined ? [] : tellingTurns(question.judged, answeredBy);
  const telling = all.filter(({ confidence }) => confidence > ACT_FLOOR);
  const bound = { errorMax, confidence: CONFIDENCE };
  const fitted = fitActThreshold(telling, { ...bound, actMin: ACT_FLOOR });
  const wrong = telling.filter(({ isRight }) => !isRight).length;
  const {
    turns,
    wrong: above,
    wrongMax,
  } = fitted ?? {
    turns: telling.length,
    wrong,
    wrongMax: upperBound(wrong, telling.length, CONFIDENCE),
  };
  return {
    at,
    act: fitted?.act ?? null,
    telling: telling.length,
    turns,
    wrong: above,
    wrongMax,
    ...bound,
    missing: Math.max(0, turnsToSaySo(bound) - telling.length),
    answeredBy: answeredBy ?? null,
  };
}

/** The tenant's live model, else the router's own as it answered last. */
function modelThatAnswers({ judged, models, live }: FitQuestion): string | undefined {
  if (live !== undefined) return live;
  return judged.findLast(({ model }) => model !== undefined && !models.has(model))?.model;
}
