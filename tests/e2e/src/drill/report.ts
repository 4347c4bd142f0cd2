import type { Notification } from "./notified.ts";
import { type DrillReport, isAsPromised, pagesOf, type Trial } from "./run-drill.ts";

/** What came of it, as a table to read. */
export function reportOf({ factor, trials, asked, unanswered }: DrillReport): string {
  const rows = trials.map((trial) => `| ${cellsOf(trial).join(" | ")} |`);
  const good = trials.filter(isAsPromised).length;
  return [
    `# One fault at a time (a clock ${factor} times as fast; seconds are those of the wall)`,
    "",
    "| fault | lasted | pages | which | after | resolved after its end | tickets | as promised |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `${good} of ${trials.length} made one page or could not be tried. ` +
      `${asked - unanswered.length} of ${asked} queries of dashboards and runbooks had an answer.`,
    "",
    ...unanswered.map(({ query, from, why }) => `* \`${query}\` (${from}): ${why}`),
    "",
  ].join("\n");
}

function cellsOf(trial: Trial): string[] {
  const { fault, impossible, before, told, beganAt, endedAt } = trial;
  if (impossible !== undefined) return [fault, "", "", `not tried: ${impossible}`, "", "", "", ""];
  const pages = pagesOf(told);
  const tickets = told.filter((one) => one.severity === "ticket" && one.status === "firing");
  return [
    fault,
    secondsBetween(beganAt, endedAt),
    String(pages.length),
    pages.map(({ alerts }) => alerts.join(" + ")).join("; "),
    pages.map(({ at }) => secondsBetween(beganAt, at)).join("; "),
    pages.map((page) => resolvedAfter(page, told, endedAt)).join("; "),
    [...new Set(tickets.flatMap(({ alerts }) => alerts))].join("; "),
    before.length > 0
      ? `no: told before it began: ${[...new Set(before.flatMap(({ alerts }) => alerts))].join("; ")}`
      : isAsPromised(trial)
        ? "yes"
        : "no",
  ];
}

function resolvedAfter(page: Notification, told: readonly Notification[], endedAt: number): string {
  const resolved = told.find(({ group, status }) => group === page.group && status === "resolved");
  return resolved === undefined ? "not" : secondsBetween(endedAt, resolved.at);
}

function secondsBetween(from: number, to: number): string {
  return `${Math.round((to - from) / 1_000)} s`;
}
