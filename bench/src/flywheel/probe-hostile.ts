import { setTimeout as pause } from "node:timers/promises";
import { subjects } from "@lilux/bus";
import type { Call } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { isSameWish } from "./decide-action.ts";
import { openMonthSession } from "./month-person.ts";
import type { Person } from "./plan-month.ts";
import { askTenant, type PlayedLine } from "./play-month.ts";
import { fitOf, leadersBy } from "./probe-models.ts";
import { adminOf, type MonthServices } from "./start-month-services.ts";

/** What hostile people of one tenant did to what others see. */
export interface HostileProbe {
  tenant: string;
  hostile: number;
  /** Lines that they taught: what changed for themselves once that was forgotten. */
  own: Moved;
  /** The same lines, asked of everybody honest before and after. */
  others: Moved;
  /** Of the tenant's ranker, fitted with their turns and without: lines, and where the leaders differ. */
  fitted?: { asked: number; differ: number; alone: { with: number; without: number } };
}

/** Of so many answers, before and after: another leader, or one that is surer or less so. */
export interface Moved {
  asked: number;
  leaders: number;
  confidences: number;
}

interface Led {
  call: Call | null;
  confidence: number;
}

const CONFIDENCE_MOVED = 0.02;
const LINES_MAX = 40;
const SETTLE_MS = 2_000;

/** Asks everybody of a tenant before and after what hostile people taught is forgotten. */
export async function probeHostile(
  services: MonthServices,
  {
    tenant,
    people,
    played,
  }: { tenant: string; people: readonly Person[]; played: readonly PlayedLine[] },
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
      : {
          fitted: await compareFits(services, {
            tenant,
            withThem,
            withoutThem,
            lines: linesOf(played.filter(({ person }) => person.tenant === tenant)),
          }),
        };
  return {
    tenant,
    hostile: hostile.length,
    own: moved(ownBefore, ownAfter),
    others: moved(before, after),
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
): Promise<Led[]> {
  const leaders: Led[] = [];
  for (const person of people) {
    const session = await openMonthSession(services.url, services.keyOf(person));
    for (const { text } of lines) {
      const { candidates, closest } = await session.predict(text);
      const leader = candidates[0] ?? closest;
      leaders.push({ call: leader?.call ?? null, confidence: leader?.confidence ?? 0 });
    }
    await session.close();
  }
  return leaders;
}

function moved(before: readonly Led[], after: readonly Led[]): Moved {
  const pairs = before.map(
    (one, place) => [one, after[place] ?? { call: null, confidence: 0 }] as const,
  );
  const leaders = pairs.filter(([one, other]) => isOther(one.call, other.call)).length;
  const confidences = pairs.filter(
    ([one, other]) => Math.abs(one.confidence - other.confidence) > CONFIDENCE_MOVED,
  ).length;
  return { asked: before.length, leaders, confidences };
}

function isOther(one: Call | null, other: Call | null): boolean {
  if (one === null || other === null) return one !== other;
  return !isSameWish(one, other) && (one.name !== "search" || other.name !== "search");
}

async function compareFits(
  services: MonthServices,
  given: { tenant: string; withThem: object; withoutThem: object; lines: readonly ProbedLine[] },
): Promise<NonNullable<HostileProbe["fitted"]>> {
  const { tenant, withThem, withoutThem, lines } = given;
  const asked = {
    subject: subjects.trial(testTenant(tenant)),
    artefact: withThem,
    live: withoutThem,
  };
  const leaders = await leadersBy(
    services,
    asked,
    lines.map(({ text }) => text),
  );
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
