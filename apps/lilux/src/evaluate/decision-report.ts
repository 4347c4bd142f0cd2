import {
  type DecisionCalibration,
  type DecisionForm,
  type DecisionSample,
  fitDecision,
  fuseDecision,
  UNFITTED,
} from "@lilux/core/turns";
import {
  calibrationFigures,
  type Outcome,
  type ThresholdFigures,
  thresholdFigures,
} from "./calibration-figures.ts";

/** How well a probability of the leading answer says how often it is right. */
export interface DecisionFigures {
  right: number;
  ece: number;
  /** Calls that would run: above `act`. */
  aboveAct: ThresholdFigures;
}

export interface DecisionReport {
  model: string;
  form: DecisionForm;
  lines: number;
  fitted: DecisionCalibration;
  router: DecisionFigures;
  modelAlone: DecisionFigures;
  /** Both, with the default for a model that nobody fitted. */
  unfitted: DecisionFigures;
  /** Both, each line with what was fitted on the others (five folds). */
  heldOut: DecisionFigures;
}

const FOLDS = 5;

/** What a model's answers are worth, and what fitting makes of them. */
export function reportDecisions(
  samples: readonly DecisionSample[],
  { model, form, act }: { model: string; form: DecisionForm; act: number },
): DecisionReport {
  const fusedWith = (of: (at: number) => DecisionCalibration): number[][] =>
    samples.map(({ confidences, answer }, at) =>
      fuseDecision({ confidences, answer, calibration: of(at) }),
    );
  const ofFold = Array.from({ length: FOLDS }, (_, fold) =>
    fitDecision(
      samples.filter((_sample, at) => at % FOLDS !== fold),
      form,
    ),
  );
  const figures = (answers: readonly (readonly number[])[]) => figuresOf(samples, { answers, act });
  return {
    model,
    form,
    lines: samples.length,
    fitted: fitDecision(samples, form),
    router: figures(samples.map(({ confidences }) => [...confidences, 1 - sum(confidences)])),
    modelAlone: figures(samples.map(({ answer }) => answer)),
    unfitted: figures(fusedWith(() => UNFITTED[form])),
    heldOut: figures(fusedWith((at) => ofFold[at % FOLDS] ?? UNFITTED[form])),
  };
}

function figuresOf(
  samples: readonly DecisionSample[],
  { answers, act }: { answers: readonly (readonly number[])[]; act: number },
): DecisionFigures {
  const outcomes = samples.map(({ right, confidences }, at) => {
    const given = answers[at] ?? [];
    const best = given.indexOf(Math.max(...given));
    const outcome: Outcome = { confidence: given[best] ?? 0, isRight: right.includes(best) };
    return { ...outcome, isCall: best < confidences.length };
  });
  const calls = outcomes.map((each) => (each.isCall ? each : { ...each, confidence: 0 }));
  const [aboveAct = { threshold: act, coverage: 0, precision: null }] = thresholdFigures(calls, [
    act,
  ]);
  const right = outcomes.filter(({ isRight }) => isRight).length / Math.max(1, outcomes.length);
  return { right, ece: calibrationFigures(outcomes).ece, aboveAct };
}

/** The report as a person reads it. */
export function describeDecisions(report: DecisionReport): string {
  const { model, form, lines, fitted } = report;
  const row = (name: string, { right, ece, aboveAct }: DecisionFigures): string => {
    const precision = aboveAct.precision === null ? "none" : percent(aboveAct.precision);
    return `  ${name.padEnd(28)}${percent(right).padStart(7)}${ece.toFixed(3).padStart(8)}${percent(aboveAct.coverage).padStart(8)}${precision.padStart(8)}`;
  };
  return [
    `${model}, ${form}: ${lines} lines`,
    `  ${"".padEnd(28)}${"right".padStart(7)}${"ECE".padStart(8)}${"run".padStart(8)}${"right".padStart(8)}`,
    row("the router alone", report.router),
    row("the model alone", report.modelAlone),
    row("both, before (unfitted)", report.unfitted),
    row("both, after (held out)", report.heldOut),
    `  temperature ${fitted.temperature.toFixed(2)}, router's weight ${fitted.routerWeight.toFixed(2)}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
