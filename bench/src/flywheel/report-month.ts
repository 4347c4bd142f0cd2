import type { FlywheelBenchOptions } from "./flywheel-bench-options.ts";
import type { ArmName, ArmResult } from "./month-arm.ts";
import { type MonthWeek, type Share, weeksOf } from "./month-weeks.ts";

export interface MonthReport {
  options: Pick<FlywheelBenchOptions, "people" | "tenants" | "days" | "seed" | "minutes">;
  machine: string;
  arms: readonly ArmResult[];
}

export const ARM_NAMES: Record<ArmName, string> = {
  without: "without learning",
  lessons: "lessons",
  all: "lessons and fitted rankers",
};

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportMonth({ options, machine, arms }: MonthReport): string {
  const { people, tenants, days, seed } = options;
  const played = Math.min(...arms.map((arm) => arm.days));
  return [
    `\`npm run bench -- flywheel --people ${people} --tenants ${tenants} --days ${days} --seed ${seed}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. ${played} of ${days} days were played in each world${played < days ? `; the time that was given (--minutes ${options.minutes}) ended them` : ""}. Processor: ${arms.map((arm) => `${ARM_NAMES[arm.arm]} ${arm.processorSeconds.toFixed(0)} s`).join(", ")}.`,
    "",
    "| of honest people's lines | week | lines | read rightly | offered as leader | wrong call ran | new wishes | in other words | in the same words | talk left alone |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...arms.flatMap((arm) =>
      weeksOf(arm.played.filter(({ day }) => day < played)).map((week) => weekRow(arm.arm, week)),
    ),
    "",
    ...arms.filter(({ arm }) => arm === "all").flatMap(storyOf),
  ].join("\n");
}

function weekRow(arm: ArmName, week: MonthWeek): string {
  const { right, acceptance, ranWrong, byNovelty } = week;
  const { new: fresh, reworded, same, talk } = byNovelty;
  const cells = [right, acceptance, ranWrong, fresh, reworded, same, talk].map(percent);
  return `| ${[ARM_NAMES[arm], week.week, week.lines, ...cells].join(" | ")} |`;
}

function percent({ share, of }: Share): string {
  return share === null ? "none" : `${(100 * share).toFixed(1)} % of ${of}`;
}

function storyOf({ stories, poisoned, hostile, rollbacks }: ArmResult): string[] {
  const models = stories.flatMap((story) => story.models);
  const runs = stories.flatMap((story) => story.runs);
  const idle = runs.filter(({ metrics }) => metrics["candidate"] === "none").length;
  const passed = models.filter(({ evaluations }) => evaluations.some(({ passes }) => passes));
  const counts = Object.entries(
    Object.groupBy(
      stories.flatMap((story) => story.switches),
      ({ to }) => to,
    ),
  ).map(([to, switches = []]) => `${switches.length} to ${to}`);
  return [
    `Nights fitted ${runs.length} rankers: ${idle} had nothing to gain on the lines that decide and made no candidate, ${models.length} became candidates, ${passed.length} passed the gate. Changes of stage: ${counts.join(", ") || "none"}.`,
    "",
    ...table("the gate's words on what it refused", countWhys(models)),
    `Bad rankers registered on purpose: ${poisoned.length}, of which the gate let through ${poisoned.filter(({ passes }) => passes).length}.`,
    "",
    ...hostile.map(hostileRow),
    ...(rollbacks.length === 0
      ? ["Nothing was live at the end, so there was nothing to roll back."]
      : rollbacks.map(
          ({ tenant, from, ms }) =>
            `Rolled back ${from} of ${tenant}: another model answered after ${ms.toFixed(0)} ms.`,
        )),
  ];
}

function hostileRow({
  tenant,
  hostile,
  own,
  others,
  fitted,
}: ArmResult["hostile"][number]): string {
  const ranker =
    fitted === undefined
      ? "a ranker fitted with their turns or without them: no candidate to compare"
      : `the ranker fitted with their turns leads otherwise on ${fitted.differ} of ${fitted.asked} lines than one without, right alone in ${fitted.alone.with} against ${fitted.alone.without}`;
  return `* ${tenant}, ${hostile} hostile: once what they taught was forgotten, of ${others.asked} answers to others ${others.leaders} had another leader and ${others.confidences} another confidence; of ${own.asked} to themselves ${own.leaders} and ${own.confidences}; ${ranker}.`;
}

/** What stood in the way, without the figures of the case. */
function countWhys(models: ArmResult["stories"][number]["models"]): [string, number][] {
  const whys = new Map<string, number>();
  for (const { evaluations } of models) {
    for (const refusal of evaluations[0]?.refusals ?? []) {
      const why = refusal.startsWith("It alone")
        ? "not better with 95 % confidence"
        : (refusal.replaceAll(/[\d.]+/gu, "n").split(";")[0] ?? "");
      whys.set(why, (whys.get(why) ?? 0) + 1);
    }
  }
  return [...whys].toSorted(([, a], [, b]) => b - a);
}

function table(title: string, rows: readonly [string, number][]): string[] {
  if (rows.length === 0) return [];
  return [
    `| ${title} | times |`,
    "|---|---|",
    ...rows.map(([what, times]) => `| ${what} | ${times} |`),
    "",
  ];
}
