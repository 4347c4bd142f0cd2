import { setTimeout as pause } from "node:timers/promises";
import { subjects } from "@lilux/bus";
import type { Call } from "@lilux/protocol";
import { isSameWish } from "./decide-action.ts";
import { openMonthSession } from "./month-person.ts";
import { askTenant, type PlayedLine } from "./play-month.ts";
import type { Person } from "./plan-month.ts";
import { fitOf, leadersBy } from "./probe-models.ts";
import { adminOf, type MonthServices } from "./start-month-services.ts";

/** What hostile people of one tenant did to what others see. */
export interface HostileProbe {
  tenant: string;
  hostile: number;
  /** Lines that they taught, and of those where their own leader changed once that was forgotten. */
  taught: number;
  movedOwn: number;
  /** Lines times honest people who were asked before and after, and where the leader was another one. */
  asked: number;
  movedOthers: number;
  /** Of the tenant's ranker, fitted with their turns and without: lines, and where the leaders differ. */
  fitted?: { asked: number; differ: number; alone: { with: number; without: number } };
}

const LINES_MAX = 40;
const SETTLE_MS = 2_000;

/** Asks everybody of a tenant before and after what hostile people taught is forgotten. */
export async function probeHostile(
  services: MonthServices,
  { tenant, people, played }: { tenant: string; people: readonly Person[]; played: readonly PlayedLine[] },
): Promise<HostileProbe> {
  const own = people.filter((person) => person.tenant === tenant);
  const hostile = own.filter(({ manner }) => manner === "hostile");
  const honest = own.filter(({ manner }) => manner === "honest").map(({ name }) => name);
  const names = new Set(hostile.map(({ name }) => name));
  const lines = linesOf(played.filter(({ person }) => names.has(person.name)));
  const witnesses = [adminOf(tenant), ...honest];
  const before = await leadersFor(services, witnesses, lines);
  const ownBefore = await leadersFor(services, [...names], lines);
  const withThem = await fitOf(services, tenant);
  for (const person of names) {
    await askTenant(services, { tenant, person, method: "DELETE", path: "/v1/lessons?whose=mine" });
    const body = { takesPart: false };
    await askTenant(services, { tenant, person, method: "PUT", path: "/v1/flywheel/part", body });
  }
  await pause(SETTLE_MS);
  const after = await leadersFor(services, witnesses, lines);
  const ownAfter = await leadersFor(services, [...names], lines);
  const withoutThem = await fitOf(services, tenant);
  const fitted =
    withThem === undefined || withoutThem === undefined
      ? {}
      : { fitted: await compareFits(services, { tenant, withThem, withoutThem, lines: linesOf(played.filter(({ person }) => person.tenant === tenant)) }) };
  return {
    tenant,
    hostile: hostile.length,
    taught: lines.length,
    movedOwn: differing(ownBefore, ownAfter),
    asked: before.length,
    movedOthers: differing(before, after),
    ...fitted,
  };
}

interface ProbedLine {
  text: string;
  call: Call;
}

function linesOf(played: readonly PlayedLine[]): ProbedLine[] {
  const lines = new Map<string, ProbedLine>();
  for (const { line } of played) {
    if (line.call !== null) lines.set(line.text, { text: line.text, call: line.call });
  }
  return [...lines.values()].slice(-LINES_MAX);
}

/** The leaders of each line as each of these people would be shown them. */
async function leadersFor(
  services: MonthServices,
  people: readonly string[],
  lines: readonly ProbedLine[],
): Promise<(Call | null)[]> {
  const leaders: (Call | null)[] = [];
  for (const person of people) {
    const session = await openMonthSession(services.url, services.keyOf(person));
    for (const { text } of lines) {
      const { candidates, closest } = await session.predict(text);
      leaders.push(candidates[0]?.call ?? closest?.call ?? null);
    }
    await session.close();
  }
  return leaders;
}

function differing(before: readonly (Call | null)[], after: readonly (Call | null)[]): number {
  return before.filter((one, place) => {
    const other = after[place] ?? null;
    return one === null || other === null ? one !== other : !isSameWish(one, other) && one.name !== "search";
  }).length;
}

async function compareFits(
  services: MonthServices,
  given: { tenant: string; withThem: object; withoutThem: object; lines: readonly ProbedLine[] },
): Promise<NonNullable<HostileProbe["fitted"]>> {
  const { tenant, withThem, withoutThem, lines } = given;
  const asked = { subject: subjects.trial(tenant), artefact: withThem, live: withoutThem };
  const leaders = await leadersBy(services, asked, lines.map(({ text }) => text));
  const alone = { with: 0, without: 0 };
  let differ = 0;
  for (const [place, { candidate, live }] of leaders.entries()) {
    const wanted = lines[place]?.call;
    if (wanted === undefined) continue;
    const isRight = (led: Call | null): boolean => led !== null && isSameWish(led, wanted);
    const [one, other] = [isRight(candidate.call), isRight(live.call)];
    if (JSON.stringify(candidate.call) !== JSON.stringify(live.call)) differ += 1;
    if (one && !other) alone.with += 1;
    if (other && !one) alone.without += 1;
  }
  return { asked: lines.length, differ, alone };
}
