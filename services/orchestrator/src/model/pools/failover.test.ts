import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createHarness, endOf, textOf } from "../../testing/harness.ts";
import {
  candidate,
  prediction,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "../../testing/samples.ts";
import { startStrictServer } from "../testing/strict-server/start-strict-server.ts";
import type { Asked, StrictReply, StrictRules } from "../testing/strict-server/strict-rules.ts";
import type { PoolTiming } from "./pool.ts";
import type { PoolSettings } from "./pool-settings.ts";

const TEXT =
  "The valve closes when the float rises. Then the pump rests,  and nobody\n\nhas to watch it: 12 litres a minute are enough.";

interface PoolRules {
  rules?: Partial<StrictRules>;
  settings?: Partial<PoolSettings>;
}

/** The orchestrator before several strict servers, in order. */
const before = (...given: PoolRules[]) => beforeWith({}, ...given);

async function beforeWith(timing: Partial<PoolTiming>, ...given: PoolRules[]) {
  const servers = await Promise.all(
    given.map(({ rules }) => startStrictServer({ reply: () => ({ text: TEXT }), ...rules })),
  );
  const pools = servers.map(({ url }, index): PoolSettings => {
    const deadlines = { firstTokenMs: 4_000, idleMs: 1_000 };
    return { name: `pool-${index}`, url, deadlines, ...given[index]?.settings };
  });
  let searches = 0;
  const search = async () => {
    searches += 1;
    return SEARCH_RESULT;
  };
  const harness = await createHarness({
    config: { pools },
    kiwi: { search },
    poolTiming: { reopenMs: 30_000, reopenMsMax: 30_000, ...timing },
  });
  onTestFinished(() => harness.service.stop());
  const ask = (turnId = "t1", tenant = "local") =>
    harness.run(turnRequest({ kind: "ask", turnId, tenant: testTenant(tenant) }));
  return { servers, ask, run: harness.run, searches: () => searches };
}

const named = (model: string): Partial<StrictRules> => ({ models: [model] });

test.each([
  ["refuses for now", { kind: "refusing", status: 503 }],
  ["asks for time", { kind: "refusing", status: 429, retryAfterSeconds: 30 }],
  ["says nothing", { kind: "silent" }],
  ["is stopped", { kind: "stopped" }],
] as const)(
  "when the first pool %s, the second one answers, and the turn says so",
  async (_, fault) => {
    const { servers, ask } = await before({ rules: { ...named("one") } }, { rules: named("two") });
    const [first] = servers;
    if (first !== undefined) first.rules.fault = fault;
    const events = await ask();
    expect(textOf(events)).toBe(TEXT);
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "two" } });
    expect(first?.turns().length ?? 0).toBeLessThanOrEqual(1);
  },
);

test("a pool that does not take the key is passed over while another answers", async () => {
  const { ask } = await before({ rules: { key: "k1" } }, { rules: named("two") });
  expect(endOf(await ask())).toMatchObject({ outcome: "completed", usage: { model: "two" } });
});

// Mutants: leave out `trimEnd` or the trimmer in `roundStart`; forget `message.openText += said`.
test("a server that dies anywhere in a message costs none of its text, and repeats none", async () => {
  // Never left alone: each of them is to be lost.
  const timing = { lossesMax: 1_000 };
  const { servers, ask } = await beforeWith(
    timing,
    { rules: named("one") },
    { rules: named("two") },
  );
  const [first] = servers;
  for (let seed = 0; seed < 100; seed += 1) {
    const afterCharacters = (seed * 37) % TEXT.length;
    if (first !== undefined) first.rules.fault = { kind: "lost", afterCharacters, how: "kill" };
    const events = await ask(`t${seed}`);
    expect(textOf(events), `lost after ${afterCharacters}`).toBe(TEXT);
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "two" } });
  }
}, 120_000);

test.each(["continues", "is asked in words"])(
  "a message lost by a server that %s goes on at once where the next one takes it over",
  async (way) => {
    const lost: PoolRules = {
      rules: { ...named("one"), fault: { kind: "lost", afterCharacters: 50, how: "hang" } },
    };
    const continues = way === "continues";
    const { ask, servers } = await before(lost, { rules: { ...named("two"), continues } });
    expect(textOf(await ask())).toBe(TEXT);
    const told = servers[1]?.turns().at(-1)?.body["messages"];
    expect(JSON.stringify(told)).toContain("The valve closes when");
  },
);

// Fails when a call is handed on before its answer is whole, or a lost round's calls are kept.
test("a call round that is lost is asked again, and its call runs once", async () => {
  const reply = ({ messages }: Asked): StrictReply => {
    const found = messages.some(({ content }) => content?.includes("send_email"));
    return found ? { text: "One." } : { text: "I look it up.", calls: [SEARCH] };
  };
  const fault = { kind: "lost", afterCharacters: 6, how: "kill" } as const;
  const { ask, searches } = await before(
    { rules: { ...named("one"), reply, fault } },
    { rules: { ...named("two"), reply } },
  );
  const events = await ask();
  expect(textOf(events)).toBe("I look it up.\n\nOne.");
  expect(searches()).toBe(1);
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { calls: 1 } });
});

async function lostTwice(timing: Partial<PoolTiming>) {
  const { servers, ask } = await beforeWith(
    { reopenMs: 20, reopenMsMax: 40, ...timing },
    { rules: named("one") },
    { rules: named("two") },
  );
  const [first] = servers;
  if (first === undefined) throw new Error("no server");
  const by = async (turnId: string) => endOf(await ask(turnId)).usage?.model;
  expect(await by("t0")).toBe("one");
  first.rules.fault = { kind: "lost", afterCharacters: 30, how: "kill" };
  expect([await by("t1"), await by("t2")]).toEqual(["two", "two"]);
  first.rules.fault = undefined;
  return { first, by };
}

// Mutant: losses told to `pool.failed` alone, as it was: each first word took the one before it back.
test("a pool whose answers break off twice in a row is left alone", async () => {
  const { first, by } = await lostTwice({ lostRestMs: 60_000 });
  const asked = first.turns().length;
  expect(await by("t3")).toBe("two");
  expect(first.turns()).toHaveLength(asked);
});

test("a pool that was left alone for broken answers is used again after a while", async () => {
  const { by } = await lostTwice({ lostRestMs: 1 });
  await eventually(async () => expect(await by("t3")).toBe("one"), { withinMs: 30_000 });
});

test("an answer that breaks off among whole ones leaves its pool where it is", async () => {
  const { servers, ask } = await before({ rules: named("one") }, { rules: named("two") });
  const [first] = servers;
  for (let turn = 0; turn < 4; turn += 1) {
    const fault = { kind: "lost", afterCharacters: 30, how: "kill" } as const;
    if (first !== undefined) first.rules.fault = turn % 2 === 0 ? fault : undefined;
    const end = endOf(await ask(`t${turn}`));
    expect(end.usage?.model).toBe(turn % 2 === 0 ? "two" : "one");
  }
});

test("a message that every server loses ends as broken off, with what there was of it", async () => {
  const lost = { rules: { fault: { kind: "lost", afterCharacters: 20, how: "kill" } } } as const;
  const { ask } = await before(lost, lost);
  const events = await ask();
  expect(TEXT.startsWith(textOf(events))).toBe(true);
  expect(textOf(events).length).toBeGreaterThanOrEqual(20);
  expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code: "llm_truncated" } });
});

test("a message that is cut off at the limit goes on, up to a bound, and says when it is cut", async () => {
  const { ask, servers } = await before({ settings: { tokensMax: 24 } });
  expect(textOf(await ask())).toBe(TEXT);
  expect(servers[0]?.turns().length).toBeGreaterThan(1);
  const short = await before({
    settings: { tokensMax: 16 },
    rules: { reply: () => ({ text: TEXT + TEXT }) },
  });
  const events = await short.ask();
  expect((TEXT + TEXT).startsWith(textOf(events))).toBe(true);
  expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code: "llm_incomplete" } });
  expect(short.servers[0]?.turns()).toHaveLength(3);
});

test("a small model explains and verifies, and the primary one converses", async () => {
  const { ask, run } = await before(
    { rules: named("large") },
    { rules: named("small"), settings: { tier: "small" } },
  );
  expect(endOf(await ask("t1")).usage?.model).toBe("large");
  const sure = prediction(candidate(SEARCH, 0.95));
  const explained = await run(turnRequest({ turnId: "t2" }, { prediction: sure }));
  expect(endOf(explained).usage?.model).toBe("small");
});

test("an explanation is short, and one that is cut off is not gone on with", async () => {
  const { run, servers } = await before({ settings: { tokensMax: 4_000 } });
  const sure = prediction(candidate(SEARCH, 0.95));
  await run(turnRequest({}, { prediction: sure }));
  expect(Number(servers[0]?.turns().at(-1)?.body["max_tokens"])).toBeLessThanOrEqual(200);
});

test("a tenant's adapter is asked for by its name where the server has it, and others get the base", async () => {
  const adapters = { acme: "acme-lora", gone: "never-loaded" };
  const rules = { adapters: { "acme-lora": "base" } };
  const { ask } = await before({ rules, settings: { adapters } });
  expect(endOf(await ask("t1", "acme")).usage?.model).toBe("acme-lora");
  expect(endOf(await ask("t2", "gone")).usage?.model).toBe("base");
  expect(endOf(await ask("t3", "other")).usage?.model).toBe("base");
});

test("a pool that is for some tenants never sees the words of another", async () => {
  const { ask, servers } = await before(
    { settings: { tenants: ["acme"] } },
    { rules: { fault: { kind: "refusing", status: 503 } } },
  );
  expect(endOf(await ask("t1", "other")).usage?.model).toBe("built-in");
  expect(servers[0]?.turns()).toEqual([]);
  expect(endOf(await ask("t2", "acme")).usage?.model).toBe("base");
});
