import type { PlayedLine } from "./play-month.ts";

/** A share with how many it is of; null where there is nothing to count. */
export interface Share {
  share: number | null;
  of: number;
}

export interface MonthWeek {
  week: number;
  lines: number;
  /** Of honest people's lines: the right call led, or talk was left alone. */
  right: Share;
  /** Of those that ask for something: the leader was offered, and was it. */
  acceptance: Share;
  /** Of all of theirs: a call ran that was not meant. */
  ranWrong: Share;
  /** Read rightly, by whether the person had said so before. */
  byNovelty: Record<PlayedLine["line"]["novelty"], Share>;
}

const NOVELTIES = ["new", "reworded", "same", "talk"] as const;

/** Weeks of a month as honest people met them: what the others did counts by what it did to these. */
export function weeksOf(played: readonly PlayedLine[]): MonthWeek[] {
  const honest = played.filter(({ person }) => person.manner === "honest");
  const weeks = Map.groupBy(honest, ({ day }) => Math.floor(day / 7) + 1);
  return [...weeks].map(([week, own]) => {
    const asking = own.filter(({ line }) => line.call !== null);
    const byNovelty = Object.fromEntries(
      NOVELTIES.map((novelty) => {
        const some = own.filter(({ line }) => line.novelty === novelty);
        return [novelty, shareOf(some, ({ isRight }) => isRight)];
      }),
    );
    return {
      week,
      lines: own.length,
      right: shareOf(own, ({ isRight }) => isRight),
      acceptance: shareOf(asking, ({ isOffered }) => isOffered),
      ranWrong: shareOf(own, ({ ranWrong }) => ranWrong),
      byNovelty: byNovelty as MonthWeek["byNovelty"],
    };
  });
}

function shareOf(lines: readonly PlayedLine[], is: (line: PlayedLine) => boolean): Share {
  const share = lines.length === 0 ? null : lines.filter(is).length / lines.length;
  return { share, of: lines.length };
}
