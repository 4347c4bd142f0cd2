import type { ModelCard, NewModel, RouterArtefact, TrialAnswer } from "@lilux/protocol";
import { run } from "./turns.ts";

const SHA = "ab".repeat(32);

export const CARD: ModelCard = {
  licence: "Apache-2.0",
  base: { name: "lilux-router-encoder", licence: "Apache-2.0", sha256: SHA },
  data: { sha256: SHA, licence: "the tenant's own" },
  figures: [{ name: "first of five", value: 0.8, low: 0.75, high: 0.85, cases: 200 }],
  limits: "English lines only.",
};

/** A ranker whose one weight says which it is: the scripted router answers by it. */
export function artefactOf(weight: number): RouterArtefact {
  return {
    kind: "router",
    base: { "model.onnx": SHA, "tokenizer.json": SHA },
    ranker: { featureNames: ["is_none"], weights: [weight], temperatures: [{ temperature: 1 }] },
  };
}

export function modelOf(model: string, weight: number, more: Partial<NewModel> = {}): NewModel {
  return { model, card: CARD, artefact: artefactOf(weight), ...more };
}

/**
 * Answers a trial as a router would that has one ranker per weight: one of 1 or more leads with the
 * item that the line names, one of 0 with none for every second line, a negative one with nonsense.
 */
export function scriptedTrial(body: unknown): TrialAnswer {
  const { artefact, live, lines } = body as {
    artefact: RouterArtefact;
    live?: RouterArtefact;
    lines: { line: string }[];
  };
  const leader = (of: RouterArtefact | undefined, line: string, place: number) => {
    const weight = of?.ranker.weights[0] ?? 0;
    const call = run(weight < 0 ? "nonsense" : line.replaceAll(" ", "_"));
    const isNone = weight === 0 && place % 2 === 1;
    return { call: isNone ? null : call, confidence: 0.8 };
  };
  return {
    lines: lines.map(({ line }, place) => ({
      candidate: leader(artefact, line, place),
      live: leader(live, line, place),
    })),
  };
}

/** Lines that name the item that is meant. */
export const CASES = Array.from({ length: 24 }, (_, index) => ({
  line: `item ${index}`,
  call: run(`item_${index}`),
}));
