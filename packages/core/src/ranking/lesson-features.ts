import { keyOfSignature } from "./call-signature.ts";
import type { NearLesson } from "./line-evidence.ts";

/** What lessons say of one proposal, each 0 when they say nothing. */
export interface LessonFeatures {
  /** Of the nearest line that meant this very call: 0 at a cosine of 0.6, 1 for the same wording. */
  same: number;
  /** The same, but large for nearly the same wording only. */
  sameWording: number;
  /** Of the nearest line that meant something else with its item. */
  item: number;
  /** Of the nearest line that meant another call. */
  other: number;
  otherWording: number;
  /** Of the nearest line for which this call was offered and not meant. */
  wrong: number;
  /** How many near lines meant this call, as a logarithm. */
  count: number;
}

const FAR = 0.6;
const WORDING = 20;
const COUNTED_FROM = 0.75;

/** Lessons beside proposals; `undefined` when there is none near enough to matter. */
export function createLessonFeatures(
  lessons: readonly NearLesson[] | undefined,
): ((signature: string) => LessonFeatures) | undefined {
  const near = (lessons ?? []).filter((lesson) => lesson.near > FAR);
  if (near.length === 0) return undefined;
  const right = near.filter((lesson) => lesson.right);
  return (signature) => {
    const key = keyOfSignature(signature);
    const same = right.filter((lesson) => lesson.signature === signature);
    const others = right.filter((lesson) => lesson.signature !== signature);
    const ofItem = others.filter(
      (lesson) => key !== undefined && keyOfSignature(lesson.signature) === key,
    );
    const wrong = near.filter((lesson) => !lesson.right && lesson.signature === signature);
    return {
      same: hinge(nearest(same)),
      sameWording: wording(nearest(same)),
      item: hinge(nearest(ofItem)),
      other: hinge(nearest(others)),
      otherWording: wording(nearest(others)),
      wrong: hinge(nearest(wrong)),
      count: Math.log1p(same.filter((lesson) => lesson.near > COUNTED_FROM).length),
    };
  };
}

function nearest(lessons: readonly NearLesson[]): number {
  return lessons.reduce((best, { near }) => Math.max(best, near), 0);
}

function hinge(cosine: number): number {
  const share = Math.max(0, Math.min(1, (cosine - FAR) / (1 - FAR)));
  return share ** 3;
}

function wording(cosine: number): number {
  return cosine <= FAR ? 0 : Math.exp(-WORDING * Math.max(0, 1 - cosine));
}
