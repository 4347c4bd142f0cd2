import type { Call } from "@lilux/protocol";
import type { EvaluationLine, WantedCall } from "./dataset.ts";
import { type Judge, rightCalls } from "./match-call.ts";

/** One line with what was answered; `leader` is null when "no call" leads. */
export interface JudgedLine {
  line: EvaluationLine;
  leader: Call | null;
  /** The leading three answers, "no call" among them in its place. */
  topThree: readonly (Call | null)[];
  /** A call to the item that gets most of the confidence, whatever is done with it. */
  likeliestItem: Call | null;
  confidence: number;
  noCallConfidence: number;
  /** The policy would run the leader on Enter, without asking anybody. */
  runsAtOnce: boolean;
  /** A call leads above `act`, whether or not it has all it needs. */
  isSure: boolean;
  ms: number;
}

/** Shares from 0 to 1; null where no line counts. */
export interface CallFigures {
  lines: number;
  top1Strict: number | null;
  top1Acceptable: number | null;
  top3Strict: number | null;
  top3Acceptable: number | null;
  primitive: number | null;
  itemType: number | null;
  itemId: number | null;
  action: number | null;
  queryTokenF1: number | null;
  noCallPrecision: number | null;
  noCallRecall: number | null;
  /** A right call leads above `act`. */
  rightAndSure: number | null;
  /** Of the lines with judged values whose call is right otherwise: all values right, and nothing else given. */
  parameters: number | null;
  /** Lines whose item and action are right and that would run at once with other values than meant. */
  silentValues: number;
}

export function callFigures(judged: readonly JudgedLine[], judge: Judge): CallFigures {
  const right = (test: (entry: JudgedLine) => boolean): number | null => shareOf(judged, test);
  const called = judged.filter(({ line }) => line.call.name !== null);
  const withItem = called.filter(({ line }) => itemIdOf(line.call) !== undefined);
  const executed = called.filter(({ line }) => line.call.name === "execute");
  const searched = judged.filter(
    ({ line, leader }) => line.call.name === "search" && leader?.name === "search",
  );
  const valued = judged.filter((entry) => isValued(entry, judge));
  const silent = judged.filter(({ leader }) => leader === null);
  const wantsSilence = judged.filter(({ line }) => line.call.name === null);
  return {
    lines: judged.length,
    top1Strict: right(({ leader, line }) => judge.isStrict(leader, line)),
    top1Acceptable: right(({ leader, line }) => judge.isAcceptable(leader, line)),
    top3Strict: right(({ topThree, line }) => topThree.some((call) => judge.isStrict(call, line))),
    top3Acceptable: right(({ topThree, line }) =>
      topThree.some((call) => judge.isAcceptable(call, line)),
    ),
    primitive: right(({ leader, line }) =>
      anyWanted(line, (call) => call.name === (leader?.name ?? null)),
    ),
    itemType: shareOf(called, ({ leader, line }) =>
      anyWanted(line, (call) => typeOf(call) === (leader?.arguments.item_type ?? "none")),
    ),
    itemId: shareOf(withItem, ({ leader, line }) =>
      anyWanted(line, (call) => isSameId(itemIdOf(call), itemIdOf(leader))),
    ),
    action: shareOf(executed, ({ leader, line }) =>
      anyWanted(line, (call) => call.name === "execute" && actionOf(call) === actionOf(leader)),
    ),
    queryTokenF1: meanOf(searched.map(({ leader, line }) => bestQueryF1(leader, line))),
    noCallPrecision: shareOf(silent, ({ line }) => anyWanted(line, (call) => call.name === null)),
    noCallRecall: shareOf(wantsSilence, ({ leader }) => leader === null),
    rightAndSure: right(({ leader, line, isSure }) => isSure && judge.isAcceptable(leader, line)),
    parameters: shareOf(valued, ({ leader, line }) => judge.isAcceptable(leader, line)),
    silentValues: valued.filter((entry) => entry.runsAtOnce && !isAllSaid(entry, judge)).length,
  };
}

/** The call is right and leaves nothing out that the line says: only so it may run at once. */
export function isAllSaid({ leader, line }: JudgedLine, judge: Judge): boolean {
  return judge.isAcceptable(leader, line) && !judge.isPartly(leader, line);
}

/** Its values are judged, and its item and action are right. */
export function isValued({ line, leader }: JudgedLine, judge: Judge): boolean {
  return hasValues(line) && leader !== null && judge.isRanked(leader, line);
}

function hasValues({ call }: EvaluationLine): boolean {
  return call.name === "execute" && call.arguments.parameters !== undefined;
}

function anyWanted(line: EvaluationLine, test: (call: WantedCall) => boolean): boolean {
  return rightCalls(line).some(test);
}

function typeOf(call: WantedCall): string {
  return call.name === null ? "none" : call.arguments.item_type;
}

function itemIdOf(call: WantedCall | null): string | undefined {
  if (call === null || call.name === null || call.name === "search") return undefined;
  return call.arguments.item_id;
}

/** Bare or qualified: the last part names the item. */
function isSameId(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.split("/").at(-1) === b.split("/").at(-1);
}

function actionOf(call: WantedCall | null): string | undefined {
  return call?.name === "execute" ? call.arguments.action : undefined;
}

function bestQueryF1(leader: Call | null, line: EvaluationLine): number {
  if (leader?.name !== "search") return 0;
  const scores = rightCalls(line).map((call) =>
    call.name === "search" ? tokenF1(leader.arguments.query, call.arguments.query) : 0,
  );
  return Math.max(...scores);
}

function tokenF1(found: string, wanted: string): number {
  const a = found.toLowerCase().split(/\W+/u).filter(Boolean);
  const b = wanted.toLowerCase().split(/\W+/u).filter(Boolean);
  const rest = [...b];
  let common = 0;
  for (const word of a) {
    const at = rest.indexOf(word);
    if (at === -1) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return a.length + b.length === 0 ? 1 : (2 * common) / (a.length + b.length);
}

function shareOf<T>(entries: readonly T[], test: (entry: T) => boolean): number | null {
  return entries.length === 0 ? null : entries.filter(test).length / entries.length;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
