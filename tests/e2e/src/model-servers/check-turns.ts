import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import type { SessionEvent } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { eventsOf, only, predictionFor, textOf } from "../ask.ts";
import type { Running } from "../start-mode.ts";
import type { RecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import { changing, firstRound, type ServedModel } from "./served-model.ts";
import { watchTurn } from "./watched-turn.ts";

export interface Checked {
  lilux: Running;
  proxy: RecordingProxy;
  served: ServedModel;
  report: Report;
}

const SHOW = 0.6;
const ACT = 0.85;
const LINES = [
  "find email scripts",
  "search for email scripts",
  "email stuff",
  "mail things",
  "something for mails",
  "look for notes about testing",
  "notes testing",
  "deploy notes",
];

/** What a person meets at one real server, through the doors that people have. Shapes are compared, never words. */
export async function checkTurns(checked: Checked): Promise<void> {
  const { report } = checked;
  await report.check("a question over server-sent events is answered", () => asks(checked));
  await report.check("a call that the model makes is run, and its result told back", () =>
    calls(checked),
  );
  await report.check("a sure call runs at once and the model explains it", () => explains(checked));
  await report.check("a doubtful call is put to the model, and what came of it is counted", () =>
    verifies(checked),
  );
  await report.check("a late sure answer of the router interrupts a message that goes on", () =>
    handsOff(checked),
  );
  await report.check("a cancelled turn ends, and the server works on it no more", () =>
    cancels(checked),
  );
  await report.check("turns of one session find the beginning of their prompt cached", () =>
    caches(checked),
  );
  await report.check("a conversation longer than the window goes on", () => overflows(checked));
  await report.check("tokens counted are the tokens the server told", () => counts(checked));
}

async function asks({ lilux, proxy, served }: Checked): Promise<string> {
  const { events, ms } = await watchTurn(lilux.url, "what is a mutex good for?");
  assert.equal(events[0]?.type, "turn-accepted");
  assert.equal(only(events, "turn-start").path, "slow");
  assert.ok(textOf(events) !== "", "some text came");
  const end = completed(events, served);
  assert.ok((end.usage?.promptTokens ?? 0) > 0 && (end.usage?.completionTokens ?? 0) > 0);
  assert.deepEqual(
    proxy.turns().map(({ status }) => status),
    proxy.turns().map(() => 200),
  );
  return `${end.usage?.promptTokens} + ${end.usage?.completionTokens} tokens in ${seconds(ms)}`;
}

const CALL_TRIES = 6;
const isCall = ({ type }: SessionEvent): boolean => type === "call-start";

async function calls({ lilux, proxy, served }: Checked): Promise<string> {
  let before = 0;
  let events: SessionEvent[] = [];
  // What a model writes at random is not always a call.
  for (let tries = 0; tries < CALL_TRIES && !events.some(isCall); tries += 1) {
    before = proxy.turns().length;
    const forced = firstRound(served, served.forceCall);
    const asked = () => watchTurn(lilux.url, served.callLine);
    ({ events } = await changing(proxy, forced, asked));
  }
  assert.equal(only(events, "call-start").call.name, "search");
  assert.equal(only(events, "call-end").ok, true);
  const [, second] = proxy.turns().slice(before);
  const roles = ((second?.body["messages"] ?? []) as { role: string }[]).map(({ role }) => role);
  assert.ok(roles.includes("tool"), `roles of the second round: ${roles.join()}`);
  assert.equal(second?.status, 200);
  return `${roles.join(", ")}; ${only(events, "turn-end").outcome}`;
}

async function explains({ lilux, served }: Checked): Promise<string> {
  const client = await connected(lilux);
  try {
    const { line } = await lineWith(client, (confidence) => confidence > ACT);
    const events = await eventsOf(client.submit(line));
    assert.equal(only(events, "turn-start").path, "fast");
    assert.equal(only(events, "call-end").ok, true);
    assert.ok(textOf(events) !== "", "some text came");
    const end = completed(events, served);
    const { promptTokens, completionTokens } = end.usage ?? {};
    const isExplained = completionTokens !== undefined;
    return `${line}: ${isExplained ? `${promptTokens} + ${completionTokens} tokens` : "in its plain form, since none came in time"}`;
  } finally {
    client.close();
  }
}

async function verifies({ lilux }: Checked): Promise<string> {
  const client = await connected(lilux);
  try {
    const { line, confidence } = await lineWith(client, (each) => each >= SHOW && each <= ACT);
    const before = await verified(lilux);
    const events = await eventsOf(client.submit(line));
    assert.ok(["completed", "failed"].includes(only(events, "turn-end").outcome));
    const after = await verified(lilux);
    const changed = [...after].filter(([outcome, count]) => count > (before.get(outcome) ?? 0));
    assert.equal(changed.length, 1, "one outcome is counted");
    const path = only(events, "turn-start").path;
    return `${line} (${confidence.toFixed(2)}): ${changed[0]?.[0]}, path ${path}`;
  } finally {
    client.close();
  }
}

/** The router is stopped until the model has begun to speak. */
async function handsOff({ lilux, proxy, served }: Checked): Promise<string> {
  const client = await connected(lilux);
  try {
    const { line } = await lineWith(client, (confidence) => confidence > ACT);
    const before = proxy.turns().length;
    // Of what another session typed this one knows nothing: its line is the router's to read anew.
    const another = await connected(lilux);
    lilux.signal("router", "SIGSTOP");
    const stop = another.on("event", ({ type }) => {
      if (type === "text-delta") lilux.signal("router", "SIGCONT");
    });
    const events = await changing(proxy, firstRound(served, served.lengthen), () =>
      eventsOf(another.submit(line)),
    );
    stop();
    another.close();
    const types = events.map(({ type }) => type);
    assert.ok(types.indexOf("text-delta") < types.indexOf("call-start"), types.join());
    assert.ok(types.includes("text-delta"), "the model spoke first");
    assert.equal(only(events, "call-end").ok, true);
    completed(events, served);
    const rounds = proxy.turns().slice(before);
    assert.equal(rounds[0]?.left, true, "the first request was left");
    const goesOn = rounds.at(-1)?.body["continue_final_message"] === true;
    if (served.continues) assert.ok(goesOn, "the server goes on with the message");
    return `${rounds.length} requests; the message was gone on with ${goesOn ? "by the server" : "in words"}`;
  } finally {
    lilux.signal("router", "SIGCONT");
    client.close();
  }
}

async function cancels({ lilux, proxy, served }: Checked): Promise<string> {
  const turnId = randomUUID();
  let asked: Promise<Response> | undefined;
  const { events } = await changing(proxy, firstRound(served, served.lengthen), () =>
    watchTurn(lilux.url, "tell me everything about rivers", {
      turnId,
      onEvent({ type }) {
        if (type !== "text-delta") return;
        asked ??= fetch(`${lilux.url}/v1/turns/${turnId}/cancel`, { method: "POST" });
      },
    }),
  );
  assert.equal((await asked)?.status, 202);
  const end = only(events, "turn-end");
  assert.equal(end.outcome, "cancelled");
  const endedAt = performance.now();
  await eventually(async () => (await served.running()) === 0, { withinMs: 10_000, everyMs: 100 });
  const idleMs = performance.now() - endedAt;
  assert.ok((end.usage?.completionTokens ?? 0) > 0, "what came of it is counted");
  return `idle ${seconds(idleMs)} after the turn ended; ${end.usage?.completionTokens} tokens counted`;
}

const CACHED_TURNS = 8;

async function caches({ lilux, proxy, served }: Checked): Promise<string> {
  const client = await connected(lilux);
  try {
    const before = proxy.turns().length;
    for (let turn = 1; turn <= CACHED_TURNS; turn += 1) {
      const line = `and what about question ${turn}, of valves and floats?`;
      completed(await eventsOf(client.ask(line)), served);
    }
    const shares = proxy
      .turns()
      .slice(before)
      .flatMap(({ usage }) =>
        usage === undefined ? [] : [usage.cachedTokens / usage.promptTokens],
      );
    assert.ok(shares.length >= CACHED_TURNS, "the server told what it had cached");
    const good = shares.slice(1).filter((share) => share >= 0.75).length;
    assert.ok(good >= (shares.length - 1) * 0.8, `cached shares: ${percent(shares)}`);
    return `cached, %: ${percent(shares)}`;
  } finally {
    client.close();
  }
}

const LONG_TURNS = 12;
const LONG_CHARACTERS = 2_500;

async function overflows({ lilux, proxy, served }: Checked): Promise<string> {
  const client = await connected(lilux);
  try {
    const before = proxy.turns().length;
    const line = "The pump on the second floor was cleaned and it runs quietly again. ";
    for (let turn = 1; turn <= LONG_TURNS; turn += 1) {
      const text = `Note ${turn}. ${line.repeat(LONG_CHARACTERS / line.length)}`;
      completed(await eventsOf(client.ask(text)), served);
    }
    const rounds = proxy.turns().slice(before);
    const prompts = rounds.map(({ usage }) => usage?.promptTokens ?? 0);
    const refused = rounds.filter(({ status }) => status !== 200).length;
    return `${LONG_TURNS} turns, prompts of ${prompts.join(" ")} tokens, ${refused} refused`;
  } finally {
    client.close();
  }
}

/** Since the start: every request of a turn, also those that were left. */
async function counts({ lilux, proxy }: Checked): Promise<string> {
  const told = { prompt: 0, completion: 0 };
  for (const { usage } of proxy.turns()) {
    told.prompt += usage?.promptTokens ?? 0;
    told.completion += usage?.completionTokens ?? 0;
  }
  const metrics = await lilux.metrics();
  const counted = {
    prompt: sumOf(metrics, /^lilux_orchestrator_tokens_total\{[^}]*kind="prompt"[^}]*\} (\S+)/gm),
    completion: sumOf(
      metrics,
      /^lilux_orchestrator_tokens_total\{[^}]*kind="completion"[^}]*\} (\S+)/gm,
    ),
  };
  const seen = `prompt ${counted.prompt} of ${told.prompt}, completion ${counted.completion} of ${told.completion}`;
  // Of what was left in the middle, the last piece may be on its way to one of the two.
  const isClose = (kind: "prompt" | "completion"): boolean =>
    Math.abs(counted[kind] - told[kind]) <= told[kind] * 0.02;
  assert.ok(isClose("prompt") && isClose("completion"), seen);
  return seen;
}

async function verified(lilux: Running): Promise<Map<string, number>> {
  const lines = /^lilux_orchestrator_verified_total\{[^}]*outcome="(\w+)"[^}]*\} (\S+)/gm;
  const counts = new Map<string, number>();
  for (const [, outcome = "", count] of (await lilux.metrics()).matchAll(lines)) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + Number(count));
  }
  return counts;
}

function sumOf(text: string, line: RegExp): number {
  return [...text.matchAll(line)].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function connected({ url }: Running): Promise<LiluxClient> {
  const client = createLiluxClient({ url });
  await client.ready();
  return client;
}

/** A line that the router is as sure of as is wanted. */
async function lineWith(
  client: LiluxClient,
  isWanted: (confidence: number) => boolean,
): Promise<{ line: string; confidence: number }> {
  const seen: string[] = [];
  for (const line of LINES) {
    const { candidates } = await predictionFor(client, line);
    const confidence = candidates[0]?.confidence ?? 0;
    if (isWanted(confidence)) return { line, confidence };
    seen.push(`${line} ${confidence.toFixed(2)}`);
  }
  throw new Error(`no line of that confidence among ${seen.join(", ")}`);
}

/** By the model, and not by what stands in for it. */
function completed(
  events: readonly SessionEvent[],
  { model, finishes }: ServedModel,
): Extract<SessionEvent, { type: "turn-end" }> {
  const end = only(events, "turn-end");
  const isCut = !finishes && end.error?.code === "llm_incomplete";
  assert.ok(end.outcome === "completed" || isCut, JSON.stringify(end.error));
  assert.equal(end.usage?.model, model);
  return end;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function percent(shares: readonly number[]): string {
  return shares.map((share) => Math.round(share * 100)).join(" ");
}
