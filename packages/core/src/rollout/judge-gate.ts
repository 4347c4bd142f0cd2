import { chanceOfWin, type DifferenceInterval, differenceInterval } from "./compare-paired.ts";

/** One case of an evaluation, answered by both models. */
export interface GateCase {
  stratum: string;
  /** What it was drawn with: a session, a library. */
  group: string;
  isNewRight: boolean;
  isOldRight: boolean;
  /** The new one would have its call run by Enter without asking. */
  wouldAct?: boolean | undefined;
  /**
   * What it means is known without anybody's word, and no candidate is to win by it: it counts in its own
   * stratum alone, which may not become much worse. So what people taught wrongly cannot judge itself.
   */
  isAnchor?: boolean | undefined;
}

export interface GateRules {
  /** How sure it has to be that the new one is better. */
  confidence: number;
  /** Cases that there must be at all. */
  casesMin: number;
  /** Cases of a stratum from which it is judged for itself. */
  stratumMin: number;
  /** The share that has to be right: `all`, `act` (of what would be run at once), or a stratum's name. */
  floors: Readonly<Record<string, number>>;
  /** How much worse than the live one a stratum may be. */
  dropMax: number;
}

export interface StratumResult {
  stratum: string;
  cases: number;
  right: number;
  liveRight: number;
}

export interface GateVerdict extends DifferenceInterval {
  passes: boolean;
  /** What it failed at, and by how much; empty when it passes. */
  refusals: string[];
  strata: StratumResult[];
  onlyNew: number;
  onlyOld: number;
  /** The probability of winning so often without being better. */
  chance: number;
}

/** Whether a candidate may go on: all floors held, no stratum much worse, and better with the confidence that is asked for. */
export function judgeGate(all: readonly GateCase[], rules: GateRules): GateVerdict {
  const anchors = all.filter(({ isAnchor }) => isAnchor === true);
  const cases = all.filter(({ isAnchor }) => isAnchor !== true);
  const onlyNew = cases.filter((one) => one.isNewRight && !one.isOldRight).length;
  const onlyOld = cases.filter((one) => one.isOldRight && !one.isNewRight).length;
  const chance = chanceOfWin({ onlyNew, onlyOld });
  const acting = cases.filter(({ wouldAct }) => wouldAct === true);
  const byStratum = Map.groupBy(cases, ({ stratum }) => stratum);
  const strata = [
    count("all", cases),
    ...(acting.length === 0 ? [] : [count("act", acting)]),
    ...[...byStratum].map(([stratum, own]) => count(stratum, own)),
    ...[...Map.groupBy(anchors, ({ stratum }) => stratum)].map(([stratum, own]) =>
      count(stratum, own),
    ),
  ];
  const refusals = [
    ...tooFew(cases.length, rules),
    ...strata.flatMap((stratum) => belowFloor(stratum, rules)),
    ...strata.flatMap((stratum) => worseThanLive(stratum, rules)),
    ...notBetter({ onlyNew, onlyOld, chance }, rules),
  ];
  const interval = differenceInterval(cases, rules.confidence);
  return { passes: refusals.length === 0, refusals, strata, onlyNew, onlyOld, chance, ...interval };
}

function count(stratum: string, cases: readonly GateCase[]): StratumResult {
  const right = cases.filter(({ isNewRight }) => isNewRight).length;
  const liveRight = cases.filter(({ isOldRight }) => isOldRight).length;
  return { stratum, cases: cases.length, right, liveRight };
}

function tooFew(cases: number, { casesMin }: GateRules): string[] {
  return cases >= casesMin
    ? []
    : [`${cases} cases; ${casesMin} are asked for, ${casesMin - cases} are missing.`];
}

function belowFloor({ stratum, cases, right }: StratumResult, rules: GateRules): string[] {
  const floor = Object.hasOwn(rules.floors, stratum) ? rules.floors[stratum] : undefined;
  const share = right / cases;
  if (floor === undefined || cases < rules.stratumMin || share >= floor) return [];
  const short = points(floor - share);
  return [
    `${stratum}: ${right} of ${cases} right (${percent(share)}); the floor is ${percent(floor)}, ${short} short.`,
  ];
}

/** What would be run at once is another set of cases for another model, so it has a floor alone. */
function worseThanLive(
  { stratum, cases, right, liveRight }: StratumResult,
  rules: GateRules,
): string[] {
  const drop = (liveRight - right) / cases;
  if (stratum === "act" || cases < rules.stratumMin || drop <= rules.dropMax) return [];
  return [
    `${stratum}: ${right} of ${cases} right, the live model ${liveRight}; that is ${points(drop)} worse, ${points(drop - rules.dropMax)} more than may be.`,
  ];
}

function notBetter(
  { onlyNew, onlyOld, chance }: { onlyNew: number; onlyOld: number; chance: number },
  { confidence }: GateRules,
): string[] {
  if (chance <= 1 - confidence) return [];
  return [
    `It alone was right in ${onlyNew} cases, the live model alone in ${onlyOld}: without being better that happens with ${percent(chance)}, and ${percent(1 - confidence)} is the most that is let through.`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  return `${(100 * share).toFixed(1)} points`;
}
