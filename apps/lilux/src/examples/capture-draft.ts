import { createHash } from "node:crypto";
import { digestCall } from "@lilux/core/calls";
import { createReplayModel, type ReplayModel } from "@lilux/orchestrator";
import {
  DEFAULT_THRESHOLDS,
  type Example,
  type ExampleCall,
  type ExampleCase,
  type ExampleStep,
  LiluxError,
  type Prediction,
} from "@lilux/protocol";
import type { ExampleDraft } from "./example-draft.ts";
import { openRouter } from "./open-router.ts";
import { openStage, type Stage } from "./open-stage.ts";
import type { Played, PlayedCall } from "./played.ts";
import { suggested } from "./suggested.ts";

export interface CaptureOptions {
  /** Folder of the library, by the name that drafts have for it. */
  libraries: Readonly<Record<string, string>>;
  author: string;
  /** As 2026-01-31. */
  date: string;
}

/** The situations of drafts without an answer, as cases to test with. */
export async function captureCases(
  drafts: readonly ExampleDraft[],
  options: CaptureOptions,
): Promise<ExampleCase[]> {
  const cases: ExampleCase[] = [];
  for (const [library, those] of Map.groupBy(drafts, (draft) => folderOf(draft, options))) {
    const stage = await openStage({ library });
    const predictions = await predict(stage, those);
    const summary = await knownSummary(stage);
    for (const draft of those) {
      const prediction = predictions.get(draft.id) ?? null;
      const {
        response: _,
        steps: __,
        verdict: ___,
        ...given
      } = exampleOf(draft, { ...options, prediction });
      cases.push({
        ...given,
        library: libraryOf(draft, summary),
        ...(draft.answer === undefined ? {} : { answer: draft.answer }),
      });
    }
    await stage.close();
  }
  return cases;
}

export interface Captured {
  examples: Example[];
  /** Why drafts did not play as they are written, a sentence each. */
  failures: string[];
}

/** Plays drafts through the real system, and returns them with what really came of them. */
export async function captureDrafts(
  drafts: readonly ExampleDraft[],
  options: CaptureOptions,
): Promise<Captured> {
  const captured: Captured = { examples: [], failures: [] };
  const places = Map.groupBy(drafts, (draft) => folderOf(draft, options));
  for (const [library, those] of places) {
    const shared = await openKnownStage(library, undefined);
    const predictions = await predict(shared, those);
    for (const draft of those) {
      const stage = needsItsOwn(draft) ? await openKnownStage(library, draft.given) : shared;
      const prediction = predictions.get(draft.id) ?? null;
      try {
        captured.examples.push(await captureDraft(stage, draft, { ...options, prediction }));
      } catch (error) {
        captured.failures.push(LiluxError.from(error).message);
      }
      if (stage !== shared) await stage.close();
    }
    await shared.close();
  }
  return captured;
}

/** What is changed for one draft is not there for another. */
function needsItsOwn({ given, steps = [] }: ExampleDraft): boolean {
  const calls = steps.flatMap(({ calls: made = [] }) => made);
  const writes = calls.some(({ name, arguments: of }) => name === "execute" && of.action !== "run");
  return given !== undefined || writes;
}

function folderOf({ id, library }: ExampleDraft, { libraries }: CaptureOptions): string {
  const folder = libraries[library];
  if (folder !== undefined) return folder;
  const message = `Draft ${id} is over the library "${library}", which is not named. Say --library ${library}=FOLDER.`;
  throw new LiluxError("invalid_request", { message });
}

/** One router over the library, as it is before anything is done. */
async function predict(
  stage: Stage,
  drafts: readonly ExampleDraft[],
): Promise<Map<string, Prediction>> {
  const predictions = new Map<string, Prediction>();
  if (drafts.every(({ suggest }) => suggest === null)) return predictions;
  const router = await openRouter(stage);
  for (const { id, text, history = [], suggest } of drafts) {
    if (suggest === null) continue;
    const lines = history.map((past) => past.text);
    const told = await router.predict(text, lines);
    predictions.set(id, suggest === undefined ? told : suggested(told, suggest));
  }
  await router.close();
  return predictions;
}

async function captureDraft(
  stage: Stage,
  draft: ExampleDraft,
  { prediction, ...options }: CaptureOptions & { prediction: Prediction | null },
): Promise<Example> {
  const late = Promise.withResolvers<Prediction>();
  const asWritten = exampleOf(draft, { ...options, prediction });
  const model = createReplayModel(asWritten, { release: late.resolve });
  const played = await stage.play(asWritten, { model, answer: draft.answer, late: late.promise });
  if (played.outcome !== "completed" || model.left() > 0) {
    const why = played.error?.message ?? `${model.left()} answers were not asked for`;
    const made = played.calls.map(({ call, error }) => {
      return `${JSON.stringify(call)} ${error?.message ?? "ok"}`;
    });
    const message = `Draft ${draft.id} does not play (${played.path} path): ${why} ${made.join(" ")}`;
    throw new LiluxError("invalid_request", { message });
  }
  return {
    ...asWritten,
    library: libraryOf(draft, summaryIn(model)),
    steps: withOutcomes(asWritten.steps, played),
  };
}

function libraryOf({ library }: ExampleDraft, summary: string): Example["library"] {
  const sha256 = createHash("sha256").update(summary).digest("hex");
  return { id: library, sha256, summary };
}

/** A stage whose turns are told of the library from the first on. */
async function openKnownStage(library: string, given: ExampleDraft["given"]): Promise<Stage> {
  const stage = await openStage({ library, given });
  await knownSummary(stage);
  return stage;
}

const SUMMARY_TRIES = 200;

/** A turn waits but a moment for a library that it does not know yet; the next one may have it. */
async function knownSummary(stage: Stage): Promise<string> {
  for (let tries = 1; tries < SUMMARY_TRIES; tries += 1) {
    const summary = await summaryOn(stage).catch(() => undefined);
    if (summary !== undefined) return summary;
  }
  return summaryOn(stage);
}

/** What a model is told of the library, from a turn in which it is told nothing else. */
async function summaryOn(stage: Stage): Promise<string> {
  const probe: ExampleDraft = {
    id: "probe",
    category: "tone",
    behaviour: "answer",
    library: "",
    splitKey: "probe",
    kind: "ask",
    text: "hello",
    response: "Hello.",
  };
  const played = exampleOf(probe, { prediction: null, author: "probe", date: "2026-01-01" });
  const model = createReplayModel(played, { release: () => {} });
  await stage.play(played, { model });
  return summaryIn(model);
}

const SUMMARY = "The person's library by category:";

/** What the model was told of the library. */
function summaryIn(model: ReplayModel): string {
  const system = model.asked[0]?.request.messages[0];
  const at = system?.content.indexOf(SUMMARY) ?? -1;
  if (system === undefined || at < 0) {
    throw new LiluxError("deadline_exceeded", {
      message: "The library was not read in time. Capture once more.",
    });
  }
  return system.content.slice(at);
}

/** Calls that no step of the model made were the router's; they stand where they happened. */
function withOutcomes(steps: readonly ExampleStep[], played: Played): ExampleStep[] {
  const left = [...played.calls];
  const refused = [...played.refused];
  const filled: ExampleStep[] = [];
  const asked = digestsOf(steps);
  const takeRouters = (until: ExampleStep | undefined): void => {
    // Where a call was refused before it began, the next one that began is that of a later step.
    const wanted = refused.length > 0 ? asked : digestsOf(until === undefined ? [] : [until]);
    while (left[0] !== undefined && !wanted.has(digestCall(left[0].call))) {
      const [call] = left.splice(0, 1);
      if (call !== undefined) filled.push({ by: "router", calls: [outcomeOf(call)] });
    }
  };
  for (const step of steps) {
    if (step.calls.length > 0) takeRouters(step);
    const calls = step.calls.flatMap(({ call }) => {
      const at = left.findIndex((each) => digestCall(each.call) === digestCall(call));
      if (at >= 0) return left.splice(at, 1).map(outcomeOf);
      return refused.splice(0, 1).map((error) => ({ call, ok: false, error }));
    });
    if (calls.length < step.calls.length) {
      throw new LiluxError("invalid_request", {
        message: `A call was not made: ${JSON.stringify(step.calls)}`,
      });
    }
    filled.push({ ...step, calls });
  }
  takeRouters(undefined);
  return filled;
}

function digestsOf(steps: readonly ExampleStep[]): Set<string> {
  return new Set(steps.flatMap(({ calls }) => calls.map(({ call }) => digestCall(call))));
}

function outcomeOf({ call, ok, result, error, confirm }: PlayedCall): ExampleCall {
  return {
    call,
    ok,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

function arrivesOf({ arrivesAfter }: ExampleDraft, cut: string | undefined): Example["arrives"] {
  const afterCharacters = cut?.length ?? arrivesAfter;
  return afterCharacters === undefined ? null : { afterCharacters };
}

function exampleOf(
  draft: ExampleDraft,
  { prediction, author, date }: { prediction: Prediction | null; author: string; date: string },
): Example {
  const { id, category, behaviour, library, splitKey, kind = "submit", text, history = [] } = draft;
  const steps = (draft.steps ?? []).map(({ calls = [], ...step }): ExampleStep => {
    return { by: "model", ...step, calls: calls.map((call) => ({ call, ok: true })) };
  });
  const cut = steps.find((step) => step.cut === true);
  const chosen = kind === "accept" ? prediction?.candidates[0] : undefined;
  return {
    id,
    schema: 1,
    category,
    behaviour,
    library: { id: library, sha256: "", summary: "" },
    splitKey,
    ...(draft.given === undefined ? {} : { given: draft.given }),
    thresholds: DEFAULT_THRESHOLDS,
    history,
    turn: { kind, text, ...(chosen === undefined ? {} : { chosen }) },
    prediction,
    arrives: arrivesOf(draft, cut?.say),
    checks: draft.checks ?? {},
    source: draft.suggest === undefined ? "authored" : "counterfactual",
    author,
    ...(draft.parents === undefined ? {} : { parents: draft.parents }),
    licence: "Apache-2.0",
    createdAt: date,
    ...(draft.verdict === undefined ? {} : { verdict: draft.verdict }),
    steps,
    response: draft.response ?? "",
  };
}
