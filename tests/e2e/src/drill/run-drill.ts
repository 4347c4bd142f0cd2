import { join } from "node:path";
import { pause } from "../durability/pause.ts";
import { askAll, type Question, type Unanswered } from "./ask-all.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { startLoad } from "./load.ts";
import type { Notification } from "./notified.ts";
import { questionsOf } from "./questions.ts";
import { type RunningStage, startStage } from "./stage.ts";
import { startWatchers, type Watchers } from "./watchers.ts";

export interface DrillOptions {
  factor: number;
  only: readonly string[] | undefined;
  onStep(text: string): void;
}

export interface Trial {
  fault: string;
  /** Why it was not tried. */
  impossible?: string;
  /** What was told before there was any fault: then the rest says nothing. */
  before: Notification[];
  told: Notification[];
  /** Unix ms. */
  beganAt: number;
  endedAt: number;
}

export interface DrillReport {
  factor: number;
  trials: Trial[];
  asked: number;
  unanswered: Unanswered[];
  isGood: boolean;
}

/** In seconds of the rules' own clock. */
const BASELINE_S = 480;
const FAULT_S = 600;
/** After the ranges of what pages fast, after what goes on for ten minutes, and until the next round of notifications. */
const RESOLVED_S = 1_800;
/** Alertmanager's group_interval. */
const ROUND_S = 330;

/** One fault at a time, each under a Prometheus that is new. */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { factor, only, onStep } = options;
  const faults = FAULTS.filter(({ name }) => only === undefined || only.includes(name));
  const questions = questionsOf();
  const unanswered = new Map<string, Unanswered>(
    questions.map((one) => [one.query, { ...one, why: "not asked" }]),
  );
  const trials: Trial[] = [];
  onStep("starting Lilux");
  const stage = await startStage();
  const load = startLoad(stage.url);
  try {
    for (const fault of faults) {
      trials.push(await tryFault(fault, { stage, options, unanswered, questions }));
    }
  } finally {
    await load.stop();
    await stage.stop();
  }
  const isGood = trials.every(isAsPromised) && unanswered.size === 0;
  return { factor, trials, asked: questions.length, unanswered: [...unanswered.values()], isGood };
}

export function isAsPromised({ impossible, before, told }: Trial): boolean {
  return impossible !== undefined || (before.length === 0 && pagesOf(told).length === 1);
}

/** Each story once, however often it was told again. */
export function pagesOf(told: readonly Notification[]): Notification[] {
  const firing = told.filter(({ severity, status }) => severity === "page" && status === "firing");
  return [...new Map(firing.toReversed().map((one) => [one.group, one])).values()].reverse();
}

interface TrialDeps {
  stage: RunningStage;
  options: DrillOptions;
  unanswered: Map<string, Unanswered>;
  questions: readonly Question[];
}

async function tryFault(fault: Fault, deps: TrialDeps): Promise<Trial> {
  const { stage, options } = deps;
  const { factor, onStep } = options;
  const impossible = fault.impossible?.(stage);
  const nothing = { fault: fault.name, before: [], told: [], beganAt: 0, endedAt: 0 };
  if (impossible !== undefined) return { ...nothing, impossible };
  await stage.lilux.waitUntilReady(120_000);
  const folder = join(stage.folder, "watchers", fault.name);
  const watchers = await startWatchers({ folder, factor, targets: stage.targets });
  const { notified } = watchers;
  try {
    onStep(`${fault.name}: quiet for ${Math.round(BASELINE_S / factor)} s`);
    await pause((BASELINE_S / factor) * 1_000);
    const before = [...notified.all];
    onStep(
      `${fault.name}: begins${before.length === 0 ? "" : `, ALREADY TOLD ${namesOf(before)}`}`,
    );
    const beganAt = Date.now();
    await fault.begin(stage);
    await pause((FAULT_S / factor) * 1_000);
    await askQuestions(watchers, deps);
    await fault.end(stage);
    const endedAt = Date.now();
    onStep(`${fault.name}: ended, told ${namesOf(notified.all.slice(before.length))}`);
    await untilResolved(watchers, factor);
    return { fault: fault.name, before, told: notified.all.slice(before.length), beganAt, endedAt };
  } finally {
    await watchers.stop();
  }
}

/** Until every story has ended, and then for one more round of notifications: a late one counts, too. */
async function untilResolved({ notified }: Watchers, factor: number): Promise<void> {
  const endsAt = Date.now() + (RESOLVED_S / factor) * 1_000;
  const goesOn = (): boolean =>
    [...new Map(notified.all.map(({ group, status }) => [group, status])).values()].includes(
      "firing",
    );
  let quietSince = Date.now();
  while (Date.now() < endsAt && Date.now() < quietSince + (ROUND_S / factor) * 1_000) {
    await pause(250);
    if (goesOn()) quietSince = Date.now();
  }
}

/** What has had an answer once is answered. */
async function askQuestions(
  { prometheus }: Watchers,
  { unanswered, questions }: TrialDeps,
): Promise<void> {
  const open = questions.filter(({ query }) => unanswered.has(query));
  const still = await askAll(prometheus, open);
  const stillOpen = new Map(still.map((one) => [one.query, one]));
  for (const { query } of open) {
    const one = stillOpen.get(query);
    if (one === undefined) unanswered.delete(query);
    else unanswered.set(query, one);
  }
}

function namesOf(told: readonly Notification[]): string {
  const names = told.map(
    ({ severity, status, alerts }) => `${severity} ${status} ${alerts.join("+")}`,
  );
  return names.join("; ") || "nothing";
}
