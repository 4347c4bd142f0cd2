import { evidenceOfExcess, evidenceOfFall } from "./sequential-tests.ts";

/** What one turn says of the model that answered it. */
export interface JudgedTurn {
  /** What was predicted was what was wanted; undefined when the turn does not say. */
  isRight?: boolean | undefined;
  /** How sure it was, where somebody else decided and it led. */
  confidence?: number | undefined;
  /** It failed, or was answered later than promised. */
  isBad: boolean;
}

export interface CanaryRules {
  /** How often a canary that is as good is stopped all the same, by each of the three tests. */
  falseAlarms: number;
  /** How much less often right than sure a model may be: live ones are off by some hundredths as well. */
  calibrationSlack: number;
  /** The share of turns that may be late or failed. */
  badShare: number;
}

/**
 * 1 in 100 by each test, as a canary that is stopped wrongly costs a day and one that goes on wrongly
 * costs people's work. The slack is the calibration error that the shipped model was found to have on
 * libraries it had not seen (0.064), rounded up. Bad turns: the objective is 1 in 100; 5 in 100 burns
 * a month's allowance in six days.
 */
export const CANARY_RULES: CanaryRules = {
  falseAlarms: 0.01,
  calibrationSlack: 0.07,
  badShare: 0.05,
};

export type StopReason = "acceptance" | "calibration" | "objective";

export interface CanaryVerdict {
  stop: StopReason | undefined;
  /** What speaks against it, by test; it is stopped from `limit` up. */
  evidence: Readonly<Record<StopReason, number>>;
  limit: number;
  turns: number;
  liveTurns: number;
}

/** Whether a canary goes on, from all turns since it began, in their order. */
export function judgeCanary(
  canary: readonly JudgedTurn[],
  live: readonly JudgedTurn[],
  rules: CanaryRules = CANARY_RULES,
): CanaryVerdict {
  const rightOf = (turns: readonly JudgedTurn[]): boolean[] =>
    turns.flatMap(({ isRight }) => (isRight === undefined ? [] : [isRight]));
  const evidence = {
    acceptance: evidenceOfFall(rightOf(live), rightOf(canary)),
    calibration: evidenceOfExcess(
      canary.flatMap(({ isRight, confidence }) =>
        isRight === undefined || confidence === undefined
          ? []
          : [{ happened: !isRight, promised: 1 - confidence + rules.calibrationSlack }],
      ),
    ),
    objective: evidenceOfExcess(
      canary.map(({ isBad }) => ({ happened: isBad, promised: rules.badShare })),
    ),
  };
  const limit = 1 / rules.falseAlarms;
  const stop = (["acceptance", "objective", "calibration"] as const).find(
    (test) => evidence[test] >= limit,
  );
  return { stop, evidence, limit, turns: canary.length, liveTurns: live.length };
}
