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

const REMEMBERED_MAX = 200;
const NEAR_MAX = 12;
/** How often the very line was sent before; sent before and taken wrongly; and meant something else then. */
const AGAIN_SHARE = 0.25;
/** How often another line that means the same was. */
const ALIKE_SHARE = 0.4;
const REFUSED_SHARE = 0.15;
const WRONG_SHARE = 0.03;

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
 * then this very one, rarely with another meaning.
 */
export function simulateLessons(
  line: EvaluationLine,
  remembered: readonly RememberedLine[],
): (embedding: Float32Array) => NearLesson[] {
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
  const known = [...drawn].map((one) => ({ ...one, right: true }));
  const other = remembered[Math.floor(chance(line.id, "other meaning") * remembered.length)];
  if (itself !== undefined && chance(line.id, "again") < AGAIN_SHARE) {
    const isWrong = chance(line.id, "wrong") < WRONG_SHARE;
    const signature = isWrong ? (other?.signature ?? itself.signature) : itself.signature;
    known.push({ ...itself, signature, right: true });
  }
  if (itself !== undefined && other !== undefined && other.signature !== itself.signature) {
    const isRefused = chance(line.id, "refused") < REFUSED_SHARE;
    if (isRefused) known.push({ ...itself, signature: other.signature, right: false });
  }
  return (embedding) => nearLessons(known, embedding);
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
