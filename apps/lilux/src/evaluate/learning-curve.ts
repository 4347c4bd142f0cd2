import { signatureOfCall } from "@lilux/core/ranking";
import type { Call } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import type { Dataset, EvaluationLine } from "./dataset.ts";
import { createJudge } from "./match-call.ts";
import { nearLessons, type RememberedLine, rememberLines } from "./simulate-lessons.ts";

/** Of some lines: how many are right with what was learnt before, and how many without it. */
interface Share {
  lines: number;
  right: number;
  rightWithout: number;
}

/** What a person gains who types, corrects what is wrong, and types on. */
export interface LearningCurve {
  /** The first, second and third time that a wish is typed, each time in other words. */
  times: Share[];
  /** The very wording again that was corrected before. */
  sameWording: Share;
  /** Other words for a wish that was corrected before. */
  afterCorrection: Share;
  /** Lines that mean no call, and lines of wishes never typed before, at the end. */
  others: Share;
}

const TIMES = 3;

interface Known {
  signature: string;
  embedding: Float32Array;
  right: boolean;
}

/**
 * Lines that mean the same are taken as one wish, typed again and again by one person who accepts
 * what is right and corrects what is not. Each round of all wishes begins with what the rounds
 * before taught. Deterministic for one dataset and model.
 */
export async function learningCurve(dataset: Dataset, router: LineRouter): Promise<LearningCurve> {
  const judge = createJudge(router.library, dataset);
  const remembered = await rememberLines(dataset.lines, router);
  const wishes = wishesOf(remembered);
  const known: Known[] = [];
  const corrected = new Set<string>();
  const curve: LearningCurve = {
    times: [],
    sameWording: nothing(),
    afterCorrection: nothing(),
    others: nothing(),
  };
  const judged = async (line: EvaluationLine, into: Share[]): Promise<Call | null> => {
    const [leader, without] = [await leaderOf(line, known), await leaderOf(line, [])];
    for (const share of into) {
      share.lines += 1;
      if (judge.isAcceptable(leader, line)) share.right += 1;
      if (judge.isAcceptable(without, line)) share.rightWithout += 1;
    }
    return leader;
  };

  for (let time = 0; time < TIMES; time += 1) {
    const share = nothing();
    curve.times.push(share);
    const learnt: Known[] = [];
    const wrong: EvaluationLine[] = [];
    for (const wish of wishes) {
      const said = wish[time];
      if (said === undefined) continue;
      const { line, signature, embedding } = said;
      const into = corrected.has(signature) ? [share, curve.afterCorrection] : [share];
      const leader = await judged(line, into);
      learnt.push({ signature, embedding, right: true });
      if (judge.isAcceptable(leader, line)) continue;
      wrong.push(line);
      corrected.add(signature);
      const led = signatureOf(leader);
      if (led !== undefined) learnt.push({ signature: led, embedding, right: false });
    }
    known.push(...learnt);
    for (const line of wrong) await judged(line, [curve.sameWording]);
  }
  const typed = new Set(wishes.flat());
  for (const { line } of remembered.filter((one) => !typed.has(one))) {
    await judged(line, [curve.others]);
  }
  return curve;

  async function leaderOf(line: EvaluationLine, memory: readonly Known[]): Promise<Call | null> {
    const { ranked } = await router.route({
      text: line.text,
      lessonsNear: (embedding) => nearLessons(memory, embedding),
    });
    const [first] = ranked.candidates;
    if (first === undefined || ranked.noCallConfidence > first.confidence) return null;
    return first.call;
  }

  function signatureOf(call: Call | null): string | undefined {
    const given = call?.arguments;
    const key =
      given !== undefined && "item_id" in given
        ? router.library.resolve(given.item_type, given.item_id)?.key
        : undefined;
    return signatureOfCall(call, key);
  }
}

/** Lines of one call each, at least as many as there are rounds; searches and talk are no wishes. */
function wishesOf(remembered: readonly RememberedLine[]): RememberedLine[][] {
  const bySignature = new Map<string, RememberedLine[]>();
  for (const one of remembered) {
    if (!/^(run|load) /.test(one.signature)) continue;
    bySignature.set(one.signature, [...(bySignature.get(one.signature) ?? []), one]);
  }
  return [...bySignature.values()]
    .filter((lines) => lines.length >= 2)
    .map((lines) => lines.slice(0, TIMES));
}

function nothing(): Share {
  return { lines: 0, right: 0, rightWithout: 0 };
}

/** The curve in a few lines. */
export function describeCurve({
  times,
  sameWording,
  afterCorrection,
  others,
}: LearningCurve): string {
  const percent = (count: number, of: number): string =>
    of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`;
  const row = (name: string, { lines, right, rightWithout }: Share): string =>
    `${name.padEnd(44)} ${String(lines).padStart(5)} lines  ${percent(right, lines).padStart(7)} right, ${percent(rightWithout, lines)} without lessons`;
  return [
    ...times.map((share, at) => row(`a wish, typed for the ${at + 1}. time in new words`, share)),
    row("the same wording, corrected before", sameWording),
    row("other words for what was corrected before", afterCorrection),
    row("all other lines, at the end", others),
  ].join("\n");
}
