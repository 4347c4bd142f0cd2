import { setTimeout as pause } from "node:timers/promises";
import { type Action, decideAction, isSameWish, seenOf } from "./decide-action.ts";
import type { MonthLibrary } from "./month-libraries.ts";
import { openMonthSession } from "./month-person.ts";
import type { Month, Person, PlannedLine, PlannedSession } from "./plan-month.ts";
import { adminOf, type MonthServices, NIGHT_HOUR } from "./start-month-services.ts";

/** What one line met. */
export interface PlayedLine {
  day: number;
  person: Person;
  line: PlannedLine;
  /** The right call led, or for talk nothing was offered. */
  isRight: boolean;
  isOffered: boolean;
  /** A call ran that was not meant, by Enter or a careless Tab. */
  ranWrong: boolean;
  did: Action["do"];
  outcome: string;
}

export interface PlayOptions {
  month: Month;
  libraries: readonly MonthLibrary[];
  fits: boolean;
  /** After each day, with all lines so far; false ends the month there. */
  onDay(day: number, played: readonly PlayedLine[]): boolean;
}

/** The share of people who say so when something ran that they did not mean. */
const COMPLAINS = 0.5;
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** A night is over when whoever fits sleeps till the next. */
const NIGHT_MS = 20 * HOUR_MS;
const NIGHT_WITHIN_MS = 600_000;
const POLL_MS = 25;

/** Plays a month, tenant beside tenant, day after day, with the nights between. */
export async function playMonth(
  services: MonthServices,
  { month, libraries, fits, onDay }: PlayOptions,
): Promise<PlayedLine[]> {
  const played: PlayedLine[] = [];
  let sent = await services.taken();
  for (const { name } of libraries) await consent(services, name);
  for (const [day, sessions] of month.days.entries()) {
    const byTenant = Map.groupBy(sessions, ({ person }) => person.tenant);
    const ofDay = await Promise.all(
      [...byTenant.values()].map((own) => playTenantsDay(services, { sessions: own, day })),
    );
    for (const lines of ofDay) played.push(...lines.played);
    sent += ofDay.reduce((sum, { journalled }) => sum + journalled, 0);
    await untilTaken(services, sent);
    await spendNight(services, fits);
    if (!onDay(day, played)) break;
  }
  return played;
}

async function playTenantsDay(
  services: MonthServices,
  { sessions, day }: { sessions: readonly PlannedSession[]; day: number },
): Promise<{ played: PlayedLine[]; journalled: number }> {
  const played: PlayedLine[] = [];
  let journalled = 0;
  for (const { person, lines } of sessions) {
    const session = await openMonthSession(services.url, services.keyOf(person.name));
    for (const line of lines) {
      const prediction = await session.predict(line.text);
      const { isRight, isOffered } = seenOf(prediction, line.call);
      const action = decideAction(prediction, line, person.manner);
      const { turnId, ran, outcome } = await session.act(action, { text: line.text, prediction });
      journalled += 1;
      const { call } = line;
      const ranWrong = ran.some((one) => call === null || !isSameWish(one, call));
      const isHonestly = person.manner === "honest";
      const complains =
        person.manner === "hostile"
          ? isRight && action.do === "submit"
          : isHonestly && ranWrong && line.mood < COMPLAINS;
      if (complains) {
        session.rateDown(turnId);
        journalled += 1;
      }
      played.push({ day, person, line, isRight, isOffered, ranWrong, did: action.do, outcome });
    }
    await session.close();
  }
  return { played, journalled };
}

async function untilTaken(services: MonthServices, count: number): Promise<void> {
  const until = performance.now() + NIGHT_WITHIN_MS;
  while ((await services.taken()) < count) {
    if (performance.now() > until) throw new Error("The flywheel does not keep up.");
    await pause(POLL_MS);
  }
}

/** To the hour at which rankers are fitted, till that is done, and to the next morning at nine. */
async function spendNight({ clock }: MonthServices, fits: boolean): Promise<void> {
  const now = new Date(clock.unix());
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  clock.advance(midnight + DAY_MS + NIGHT_HOUR * HOUR_MS - clock.unix() + 1_000);
  const until = performance.now() + NIGHT_WITHIN_MS;
  // Those who slept have to get up before it can be seen that they lie down again.
  await pause(POLL_MS);
  while (fits && clock.sleepersBeyond(NIGHT_MS) === 0) {
    if (performance.now() > until) throw new Error("The night does not end.");
    await pause(POLL_MS);
  }
  clock.advance(6 * HOUR_MS);
}

/** The first that is kept makes the database, which takes a busy machine its time. */
async function consent(services: MonthServices, tenant: string): Promise<void> {
  const path = "/v1/flywheel/consent";
  for (let tries = 1; ; tries += 1) {
    try {
      await askTenant(services, { tenant, method: "PUT", path, body: { level: "full" } });
      return;
    } catch (thrown) {
      if (tries === CONSENT_TRIES) throw thrown;
      await pause(CONSENT_AGAIN_MS);
    }
  }
}

const CONSENT_TRIES = 20;
const CONSENT_AGAIN_MS = 2_000;

export interface TenantsRequest {
  tenant: string;
  /** Somebody's own affairs; the tenant's unless told. */
  person?: string;
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: object;
}

/** A request of a tenant's administrator, or of one person; throws what was refused. */
export async function askTenant(
  { url, keyOf }: Pick<MonthServices, "url" | "keyOf">,
  { tenant, person = adminOf(tenant), method = "GET", path, body }: TenantsRequest,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${keyOf(person)}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(NIGHT_WITHIN_MS),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}
