import {
  confidenceOnEnter,
  type DecisionForm,
  type DecisionSample,
  decidePath,
} from "@lilux/core/turns";
import type { Decider } from "@lilux/orchestrator";
import { LiluxError, type Thresholds } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import type { Dataset } from "./dataset.ts";
import { createJudge } from "./match-call.ts";

/** A line with a known answer, as router and model read it. */
export interface AskedLine extends DecisionSample {
  form: DecisionForm;
  /** As the server names it. */
  model: string;
}

export interface AskedLines {
  asked: AskedLine[];
  /** Lines that nobody would be asked about: the router is sure, or sees no call. */
  notDoubtful: number;
  /** Lines whose question was not answered, with the last reason. */
  unanswered: number;
  reason: string | undefined;
}

export interface AskLinesOptions {
  dataset: Dataset;
  router: LineRouter;
  decider: Pick<Decider, "ask">;
  thresholds: Thresholds;
  /** Also lines of which the router is sure, where a call is possible at all. */
  all: boolean;
  onProgress?: (done: number, all: number) => void;
}

/** As many as a turn asks about. */
const CANDIDATES_MAX = 3;

/** Routes each line as Enter does, and asks about it as a doubtful turn does. */
export async function askLines(options: AskLinesOptions): Promise<AskedLines> {
  const { dataset, router, decider, thresholds, all, onProgress } = options;
  const judge = createJudge(router.library, dataset);
  const found: AskedLines = { asked: [], notDoubtful: 0, unanswered: 0, reason: undefined };
  for (const [at, line] of dataset.lines.entries()) {
    onProgress?.(at, dataset.lines.length);
    const { text, history = [], today } = line;
    const { ranked } = await router.route({ text, history, today });
    const candidates = ranked.candidates.slice(0, CANDIDATES_MAX);
    const [leader] = candidates;
    const path = decidePath({ kind: "submit", leader, chosen: undefined, thresholds });
    if (leader === undefined || (path !== "verify" && !all)) {
      found.notDoubtful += 1;
      continue;
    }
    const prediction = {
      predictionId: line.id,
      seq: 0,
      context: "cold",
      routeMs: 0,
      ...ranked,
    } as const;
    try {
      const question = { line: text, earlier: history, candidates, prediction, thresholds };
      const { probabilities, form, model } = await decider.ask(question);
      const right = candidates.flatMap(({ call }, place) =>
        judge.isAcceptable(call, line) ? [place] : [],
      );
      found.asked.push({
        form,
        model,
        confidences: candidates.map(confidenceOnEnter),
        answer: probabilities,
        right: right.length === 0 ? [candidates.length] : right,
      });
    } catch (error) {
      const { code, message } = LiluxError.from(error);
      if (code === "internal") throw error;
      found.unanswered += 1;
      found.reason = message;
    }
  }
  return found;
}
