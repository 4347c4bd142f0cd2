import { type NearLesson, NO_CALL_SIGNATURE, signatureOfCall } from "@lilux/core/ranking";
import type { LineRouter } from "@lilux/router";
import { chance } from "./chance.ts";
import type { EvaluationLine, WantedCall } from "./dataset.ts";

/** A line that somebody sent before, with what it meant. */
export interface RememberedLine {
  line: EvaluationLine;
  signature: string;
  embedding: Float32Array;
}

/** What led for a line before anything was learnt of it. */
export interface Led {
  signature: string | undefined;
  isRight: boolean;
}

/** Somebody about to type a line, as far as it is typed. */
interface Typing {
  line: EvaluationLine;
  text: string;
  led: Led;
}

const REMEMBERED_MAX = 200;
const NEAR_MAX = 12;
/** How often the very line was sent before, and how often what is typed of it so far. */
const AGAIN_SHARE = 0.2;
const AS_TYPED_SHARE = 0.2;
/** A few characters are the beginning of too much: nobody takes a call there. */
const TAKEN_FROM = 8;
/** How often something worded almost so was, and how near that is at least. */
const ALMOST_SHARE = 0.15;
const ALMOST_FROM = 0.75;
/** How often another line that means the same was. */
const ALIKE_SHARE = 0.4;
/** Of what is remembered of this line: how often another call was meant then. */
const WRONG_SHARE = 0.03;
/** How often what led wrongly was refused, where a lesson is of this wording; and how often nothing was taught in its place. */
const REFUSED_SHARE = 0.6;
const ONLY_REFUSED_SHARE = 0.2;
/** Half of the lessons are old; the oldest have lost this share of their nearness. */
const AGED = 0.2;

/** What each line of a set means, as lessons name it; lines that point back are nobody's lesson. */
export async function rememberLines(
  lines: readonly EvaluationLine[],
  router: LineRouter,
): Promise<RememberedLine[]> {
  const remembered: RememberedLine[] = [];
  for (const line of lines) {
    const signature = signatureOfWanted(line.call, router);
    if (line.history !== undefined || signature === undefined) continue;
    const { evidence } = await router.route({ text: line.text });
    const { embedding } = evidence.reading;
    if (embedding !== undefined) remembered.push({ line, signature, embedding });
  }
  return remembered;
}

export function signatureOfWanted(call: WantedCall, { library }: LineRouter): string | undefined {
  if (call.name === null) return NO_CALL_SIGNATURE;
  const { arguments: given } = call;
  const key = "item_id" in given ? library.resolve(given.item_type, given.item_id)?.key : undefined;
  return signatureOfCall(call, key);
}

/**
 * The memory of somebody who is about to type a line: some of the set's other lines, and now and
 * then this very one, or what is typed of it, or almost that. Accepted, corrected (what led is refused
 * and the call meant is taught), rarely taught wrongly; searches, creations and talk as everything else.
 */
export function simulateLessons(
  { line, text, led }: Typing,
  remembered: readonly RememberedLine[],
): (embedding: Float32Array) => NearLesson[] {
  const other = remembered[Math.floor(chance(line.id, "other meaning") * remembered.length)];
  const itself = remembered.find((one) => one.line === line);
  const known = [...drawOthers(line, remembered)].map((one) => ({ ...one, right: true }));
  const own = itself === undefined ? [] : ownLessons({ line, text, led }, { itself, other });
  return (embedding) => {
    const fresh = 1 - AGED * Math.max(0, 2 * chance(line.id, "age") - 1);
    const ofLine = own.map(({ near, ...lesson }) => ({
      ...lesson,
      near: fresh * (typeof near === "number" ? near : dot(embedding, near)),
    }));
    return [...nearLessons(known, embedding), ...ofLine]
      .sort((a, b) => b.near - a.near)
      .slice(0, NEAR_MAX);
  };
}

/** Other lines of the set, among them at times one that means the same. */
function drawOthers(
  line: EvaluationLine,
  remembered: readonly RememberedLine[],
): Set<RememberedLine> {
  const size = Math.min(REMEMBERED_MAX, remembered.length) * chance(line.id, "memory");
  const drawn = new Set<RememberedLine>();
  for (let draw = 0; draw < size; draw += 1) {
    const one = remembered[Math.floor(chance(line.id, `lesson${draw}`) * remembered.length)];
    if (one !== undefined && one.line.text !== line.text) drawn.add(one);
  }
  const itself = remembered.find((one) => one.line === line);
  const alike = remembered.filter(
    (one) => one.signature === itself?.signature && one.line.text !== line.text,
  );
  const chosen = alike[Math.floor(chance(line.id, "which alike") * alike.length)];
  if (chosen !== undefined && chance(line.id, "alike") < ALIKE_SHARE) drawn.add(chosen);
  return drawn;
}

/** How near the lesson of this wording is to what is typed; undefined where there is none. */
function wordedBefore({ id }: EvaluationLine, text: string): number | "whole" | undefined {
  const drawn = chance(id, "again");
  if (drawn < AGAIN_SHARE) return "whole";
  // Whoever takes a call while typing is remembered with what was typed by then.
  if (drawn < AGAIN_SHARE + AS_TYPED_SHARE) return text.length < TAKEN_FROM ? "whole" : 1;
  if (drawn >= AGAIN_SHARE + AS_TYPED_SHARE + ALMOST_SHARE) return undefined;
  return ALMOST_FROM + (1 - ALMOST_FROM) * chance(id, `almost${text.length}`);
}

/** A lesson of this wording; `near` is a cosine, or the embedding of what was sent. */
interface OwnLesson {
  signature: string;
  right: boolean;
  near: number | Float32Array;
}

function ownLessons(
  { line, text, led }: Typing,
  { itself, other = itself }: { itself: RememberedLine; other: RememberedLine | undefined },
): OwnLesson[] {
  const worded = wordedBefore(line, text);
  if (worded === undefined) return [];
  const near = worded === "whole" ? itself.embedding : worded;
  const isWrong = chance(line.id, "wrong") < WRONG_SHARE;
  const { signature } = isWrong ? other : itself;
  const taught = { signature, right: true, near };
  // A search that led may be wrong in its words alone: then the same is meant.
  const isOffered = led.signature !== undefined && led.signature !== NO_CALL_SIGNATURE;
  const isRefused = !led.isRight && isOffered && led.signature !== itself.signature;
  if (!isRefused || chance(line.id, "refused") >= REFUSED_SHARE) return [taught];
  const refused = { signature: led.signature ?? signature, right: false, near };
  return chance(line.id, "only refused") < ONLY_REFUSED_SHARE ? [refused] : [taught, refused];
}

/** The nearest of what is remembered, nearest first. */
export function nearLessons(
  known: readonly { signature: string; embedding: Float32Array; right: boolean }[],
  embedding: Float32Array,
): NearLesson[] {
  return known
    .map(({ signature, right, embedding: other }) => ({
      signature,
      right,
      near: dot(embedding, other),
    }))
    .sort((a, b) => b.near - a.near)
    .slice(0, NEAR_MAX);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
