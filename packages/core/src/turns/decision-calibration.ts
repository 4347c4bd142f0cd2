/** What a model's answers to questions over calls are worth. */
export interface DecisionCalibration {
  /** Above 1: it is surer than it should be. */
  temperature: number;
  /** How much the router's own confidence counts beside it; 1: as one witness of two. */
  routerWeight: number;
}

/** How the answer came about: read from a model's probabilities, or as a word that it wrote. */
export type DecisionForm = "decisions" | "systemone" | "token" | "json";

interface Row extends DecisionCalibration {
  /** Of the model's name, as its server tells it; all that have no row of their own when absent. */
  model?: RegExp;
  form: DecisionForm;
}

/**
 * Declared, not fitted: there are no recorded answers of a decision model on our sets yet. Routes
 * made for decisions are taken at their word; one token of a chat model, which is known to be surer
 * than right, at less; a word that a model wrote was given a probability by us already.
 */
const ROWS: readonly Row[] = [
  { form: "decisions", temperature: 1, routerWeight: 1 },
  { form: "systemone", temperature: 1, routerWeight: 1 },
  { form: "token", temperature: 1.5, routerWeight: 1 },
  { form: "json", temperature: 1, routerWeight: 1 },
];

export function decisionCalibration(model: string, form: DecisionForm): DecisionCalibration {
  const rows = ROWS.filter((row) => row.form === form);
  const own = rows.find((row) => row.model?.test(model) === true);
  return own ?? rows.find((row) => row.model === undefined) ?? { temperature: 2, routerWeight: 1 };
}
