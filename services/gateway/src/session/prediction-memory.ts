import type { Candidate, Prediction } from "@lilux/protocol";

const PREDICTIONS_MAX = 16;

/** A prediction as the router made it, and what of it was shown. */
export interface ShownPrediction {
  prediction: Prediction;
  text: string;
  shown: Candidate[];
}

/** The last predictions a session was shown, to be accepted by id. */
export interface PredictionMemory {
  remember(entry: ShownPrediction): void;
  byId(predictionId: string): ShownPrediction | undefined;
  /** The newest one for exactly this text. */
  forText(text: string): ShownPrediction | undefined;
}

export function createPredictionMemory(): PredictionMemory {
  const entries: ShownPrediction[] = [];
  return {
    remember(entry) {
      entries.push(entry);
      if (entries.length > PREDICTIONS_MAX) entries.shift();
    },
    byId: (id) => entries.findLast(({ prediction }) => prediction.predictionId === id),
    forText: (text) => entries.findLast((entry) => entry.text === text),
  };
}
