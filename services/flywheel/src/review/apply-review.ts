import type { Review } from "@lilux/database";
import { type Label, WEIGHTS } from "../label/label-session.ts";

/** A label as somebody's review leaves it; undefined where nothing is to be learnt of it. */
export function applyReview(label: Label, review: Review | undefined): Label | undefined {
  switch (review?.verdict) {
    case "accept":
      return { ...label, weight: 1 };
    case "fix": {
      const { meant = null } = review;
      return { index: label.index, call: meant, right: true, weight: WEIGHTS.fixed, rule: "fixed" };
    }
    case "reject":
      return undefined;
    case "skip":
    case undefined:
      return label;
  }
}
