/** What a model's answers to questions over calls are worth. */
export interface DecisionCalibration {
  /** Above 1: it is surer than it should be. */
  temperature: number;
  /** How much the router's own confidence counts beside it; 1: as one witness of two. */
  routerWeight: number;
}

/** How the answer came about: read from a model's probabilities, or as a word that it wrote. */
export type DecisionForm = "decisions" | "systemone" | "token" | "json";

/**
 * For a model whose answers nobody fitted (`lilux eval decisions`): models are surer than right,
 * those that were made to converse more than those that were made to decide. A word that a model
 * wrote was given a probability by us.
 */
export const UNFITTED: Readonly<Record<DecisionForm, DecisionCalibration>> = {
  decisions: { temperature: 1.5, routerWeight: 1 },
  systemone: { temperature: 1.5, routerWeight: 1 },
  token: { temperature: 2, routerWeight: 1 },
  json: { temperature: 1.5, routerWeight: 1 },
};
