import type { RankedCalls } from "@lilux/core/ranking";
import { confidenceOnEnter } from "@lilux/core/turns";
import { createLineRouter, type RouterModel } from "@lilux/router";
import { asPlainRequest, rankItems } from "lilux/evaluate";
import type { QualityAnswer, QualitySet } from "./quality-set.ts";

/** The same lines by the product, and by nothing but its encoder. */
export interface LiluxAnswers {
  product: QualityAnswer[];
  cosine: QualityAnswer[];
}

export interface MeasureLiluxOptions {
  model: RouterModel;
  /** Lines of intent sets state the intent; whether they ask for something to be done says nothing. */
  formIgnored: boolean;
  onProgress?: (done: number) => void;
}

/** Every line through the product's own steps, as at Enter; only the item is judged. */
export async function measureLilux(
  { libraries }: QualitySet,
  { model, formIgnored, onProgress }: MeasureLiluxOptions,
): Promise<LiluxAnswers> {
  const answers: LiluxAnswers = { product: [], cosine: [] };
  for (const { items, lines } of libraries) {
    const router = await createLineRouter(items, {
      model,
      fills: false,
      ...(formIgnored ? { reread: asPlainRequest } : {}),
    });
    for (const { text } of lines) {
      const { ranked, evidence } = await router.route({ text });
      answers.product.push(productAnswer(rankItems(ranked)));
      const near = evidence.items.map(({ callId, cosine = -1, phrases }) => ({
        item: callId,
        // With examples: the middle of what the item says and what their centre does.
        score: phrases === undefined ? cosine : (cosine + phrases.centroid) / 2,
      }));
      answers.cosine.push(best(near));
      onProgress?.(answers.product.length);
    }
  }
  return answers;
}

function productAnswer({ candidates, ...none }: RankedCalls): QualityAnswer {
  const [first] = candidates;
  const call = first?.call;
  const item = call === undefined || call.name === "search" ? undefined : call.arguments.item_id;
  return {
    item,
    score: 1 - none.noCallConfidenceOnEnter,
    calls: first !== undefined && first.confidence > none.noCallConfidence,
    ...(first === undefined ? {} : { confidence: confidenceOnEnter(first) }),
  };
}

export function best(near: readonly { item: string; score: number }[]): QualityAnswer {
  const [first = { item: undefined, score: -1 }] = [...near].sort((a, b) => b.score - a.score);
  return first;
}
