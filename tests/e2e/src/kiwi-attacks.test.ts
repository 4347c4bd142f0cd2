import { readdirSync, readFileSync } from "node:fs";
import { access, symlink } from "node:fs/promises";
import { join } from "node:path";
import { digestCall } from "@lilux/core/calls";
import type { ExecuteArguments } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, directive, keyOf, startTenants, type Tenants } from "./start-tenants.ts";

const SLEEPER = `"""Waits and writes.

description: Waits.
"""
import sys, time
print("started", file=sys.stderr, flush=True)
time.sleep(SECONDS)
print('{"slept": true}')
`;
const FLOOD = `"""Writes without an end.

description: Floods.
"""
import sys
while True:
    sys.stdout.write("x" * 65536)
    sys.stderr.write("y" * 65536 + "\\n")
`;
const LIBRARY = {
  "directives/hello.md": directive("hello", "greetings"),
  "directives/spare.md": directive("spare", "spares"),
  "directives/going.md": directive("going", "things that go"),
  "scripts/sleeper.py": SLEEPER.replace("SECONDS", "977"),
  "scripts/brief.py": SLEEPER.replace("SECONDS", "0.3"),
  "scripts/flood.py": FLOOD,
};

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants({ alpha: LIBRARY, beta: LIBRARY });
}, 150_000);
afterAll(() => tenants[Symbol.asyncDispose]());

const DELETE: ExecuteArguments = { item_type: "directive", item_id: "spare", action: "delete" };
const digest = (given: ExecuteArguments): string =>
  digestCall({ name: "execute", arguments: given });

function execute(given: object, extra: object = {}, tenant = "alpha"): Promise<Answer> {
  return tenants.post("/v1/execute", { ...given, ...extra }, tenant);
}

/** A yes to the question that a call is answered with. */
async function yesTo(given: ExecuteArguments, callId: string, tenant = "alpha"): Promise<object> {
  const { status, body } = await execute(given, { callId }, tenant);
  expect(status).toBe(428);
  const { callDigest, nonce } = body["details"] as Record<string, string>;
  return { callId, callDigest, nonce };
}

/** Everything of both tenants stays as it was, whatever the work does. */
async function leavingAll<T>(work: () => Promise<T>): Promise<T> {
  const before = [await tenants.files("alpha"), await tenants.files("beta")];
  const answer = await work();
  expect([await tenants.files("alpha"), await tenants.files("beta")]).toEqual(before);
  return answer;
}

/** A typed refusal, never a crash: an error of ours, whose fault the caller's. */
function expectRefusal({ status, body }: Answer, codes?: readonly string[]): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body["code"]).toBeTypeOf("string");
  expect(body["message"]).toBeTypeOf("string");
  expect(body["code"]).not.toBe("internal");
  if (codes !== undefined) expect(codes).toContain(body["code"]);
}

describe("ids and destinations", () => {
  test.each([
    "../../beta/.ai/directives/hello",
    "/etc/passwd",
    "directives/../../../beta/.ai/directives/hello",
    "..",
    "hello\u0000.md",
    "hello/../spare",
    "~/hello",
    "C:\\hello",
    "%2e%2e/hello",
    "__proto__",
    "constructor",
    "a".repeat(256),
  ])("%j names nothing outside the library, for no action", async (item_id) => {
    const item = { item_type: "directive", item_id };
    const content = directive("hello", "an attack");
    await leavingAll(async () => {
      expectRefusal(await tenants.post("/v1/load", { ...item, source: "project" }, "alpha"));
      for (const action of ["run", "update", "delete", "publish"] as const) {
        const given = { ...item, action, parameters: { content } } as ExecuteArguments;
        const confirmation = { callId: `x-${item_id.length}`, callDigest: digest(given) };
        expectRefusal(await execute(given, { confirmation }));
      }
    });
  });

  test.each(["../beta", "/etc", "~"])(
    "a copy or a new item goes to no place of the caller's making: %j",
    async (place) => {
      const item = { item_type: "directive", item_id: "hello" };
      await leavingAll(async () => {
        const copy = { ...item, source: "project", destination: place };
        expectRefusal(await tenants.post("/v1/load", copy, "alpha"), ["invalid_request"]);
        const content = directive("made", "an attack");
        for (const item_id of [`${place}/made`, `${place}/../made`]) {
          const create = { ...item, item_id, action: "create", parameters: { content } };
          expectRefusal(await execute(create));
        }
        const parameters = { content, category: place };
        expectRefusal(await execute({ ...item, item_id: "made", action: "create", parameters }));
      });
    },
  );

  test("a link out of the library is not followed", async () => {
    const linked = join(tenants.folder("alpha"), ".ai", "directives", "stolen.md");
    await symlink(join(tenants.folder("beta"), ".ai", "directives", "hello.md"), linked);
    const inside = join(tenants.folder("alpha"), ".ai", "directives", "theirs");
    await symlink(join(tenants.folder("beta"), ".ai", "directives"), inside);
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const item_id of ["stolen", "theirs/hello", "theirs/spare"]) {
      const given = { item_type: "directive", item_id, source: "project" };
      expectRefusal(await tenants.post("/v1/load", given, "alpha"), [
        "item_not_found",
        "item_broken",
      ]);
    }
  });
});

describe("confirms and call ids", () => {
  // Mutants: `assertConfirmed` comparing the call id alone, or the digest alone.
  test("a yes counts for these arguments and this call id alone", async () => {
    const other = { ...DELETE, item_id: "hello" };
    await leavingAll(async () => {
      const wrong = [
        { callId: "c1", callDigest: digest(other) },
        { callId: "c1", callDigest: "0".repeat(64) },
        { callId: "c1", callDigest: digest({ ...DELETE, parameters: { force: true } }) },
        { callId: "", callDigest: digest(DELETE) },
        { callId: "c".repeat(300), callDigest: digest(DELETE) },
      ];
      for (const confirmation of wrong) {
        expectRefusal(await execute(DELETE, { confirmation }), [
          "confirm_required",
          "invalid_request",
        ]);
      }
    });
  });

  // Mutants: the nonce left out of what is compared; kept after its use; the tenant left out of it.
  test("a yes is nobody else's, no other call's, and good once", async () => {
    await leavingAll(async () => {
      const asked = ["confirm_required"];
      const theirs = await yesTo(DELETE, "n1", "beta");
      expectRefusal(await execute(DELETE, { confirmation: theirs }), asked);
      const other = { ...DELETE, item_id: "hello" };
      const mine = await yesTo(DELETE, "n2");
      expectRefusal(
        await execute(other, { confirmation: { ...mine, callDigest: digest(other) } }),
        asked,
      );
      expectRefusal(await execute(DELETE, { confirmation: mine }), asked);
      const again = await yesTo(DELETE, "n3");
      expectRefusal(await execute(DELETE, { confirmation: { ...again, callId: "n4" } }), asked);
    });
  });

  test("one tenant's confirmed delete touches its own item alone, and once", async () => {
    const before = await tenants.files("beta");
    const confirmation = await yesTo(DELETE, "once");
    const first = await execute(DELETE, { confirmation });
    expect(first.status).toBe(200);
    expect((await execute(DELETE, { confirmation })).body).toEqual(first.body);
    const created = await execute({
      ...DELETE,
      action: "create",
      parameters: { content: directive("spare", "spares again") },
    });
    expect(created.status).toBe(200);
    // The answer of the first is repeated; what was made meanwhile stays.
    expect((await execute(DELETE, { confirmation })).body).toEqual(first.body);
    await access(join(tenants.folder("alpha"), ".ai", "directives", "spare.md"));
    expect(await tenants.files("beta")).toEqual(before);
  });

  test("a call id stands for one set of arguments, in one tenant", async () => {
    const run = { item_type: "directive", item_id: "hello", action: "run" };
    expect((await execute(run, { callId: "same" })).status).toBe(200);
    expectRefusal(await execute({ ...run, item_id: "spare" }, { callId: "same" }), [
      "invalid_request",
    ]);
    const theirs = await execute({ ...run, item_id: "spare" }, { callId: "same" }, "beta");
    expect(theirs.body).toMatchObject({ item_id: "spare" });
  });

  test("nobody binds or frees a call by writing grants, a tenant or an origin into it", async () => {
    const run = { item_type: "directive", item_id: "hello", action: "run" };
    for (const extra of [{ grants: [] }, { tenant: "beta" }, { origin: {} }]) {
      expectRefusal(await execute(run, extra), ["invalid_request"]);
    }
  });
});

describe("parameters", () => {
  const run = { item_type: "directive", item_id: "hello", action: "run" };

  test("huge, deep and poisoned parameters are refused or are data, and nothing else", async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    const head = JSON.stringify(run).slice(0, -1);
    const deepAnswer = await tenants.post("/v1/execute", `${head},"parameters":${deep}}`, "alpha");
    expectRefusal(deepAnswer);
    const huge = { parameters: { text: "x".repeat(30 * 1024 * 1024) } };
    expectRefusal(await execute(run, huge));
    for (const key of ["__proto__", "constructor", "prototype"]) {
      const poisoned = `${head},"parameters":{"${key}":{"polluted":"yes"}}}`;
      const answer = await tenants.post("/v1/execute", poisoned, "alpha");
      expect(answer.status).toBeLessThan(500);
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect((await execute(run)).status).toBe(200);
  });
});

describe("running", () => {
  test("identical calls at once run once, and each is told the same", async () => {
    const run = { item_type: "script", item_id: "brief", action: "run" };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => execute(run, { callId: "at-once" })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test("an item deleted while it is executed is there or is not, never half", async () => {
    const going: ExecuteArguments = { ...DELETE, item_id: "going" };
    const confirmation = await yesTo(going, "going");
    const runs = Array.from({ length: 6 }, () => execute({ ...going, action: "run" }));
    const [deleted, ...answers] = await Promise.all([execute(going, { confirmation }), ...runs]);
    expect(deleted?.status).toBe(200);
    for (const answer of answers) {
      if (answer.status !== 200) expectRefusal(answer, ["item_not_found"]);
    }
    expectRefusal(await execute({ ...going, action: "run" }), ["item_not_found"]);
  });

  // Mutant: `supervise-process.ts` not ending its process when the signal ends.
  test("a caller who goes away leaves no process behind", async () => {
    const abort = new AbortController();
    const response = await fetch(`${tenants.url}/v1/execute`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        authorization: `Bearer ${keyOf("alpha")}`,
      },
      body: JSON.stringify({ item_type: "script", item_id: "sleeper", action: "run" }),
      signal: abort.signal,
    });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain("started");
    expect(sandboxes()).toBeGreaterThan(0);
    abort.abort();
    await eventually(() => expect(sandboxes()).toBe(0), { withinMs: 10_000 });
  });

  test("output without an end is cut off, and others are served meanwhile", async () => {
    const parameters = { _timeout: 2 };
    const flooding = execute({ item_type: "script", item_id: "flood", action: "run", parameters });
    const run = { item_type: "directive", item_id: "hello", action: "run" };
    for (let at = 0; at < 20; at += 1) {
      expect((await execute(run, {}, "beta")).status).toBe(200);
    }
    const flooded = await flooding;
    expect(flooded.text.length).toBeLessThan(2_000_000);
    expect(flooded.status === 200 ? flooded.body["status"] : flooded.body["code"]).toBeTypeOf(
      "string",
    );
    await eventually(() => expect(sandboxes()).toBe(0), { withinMs: 10_000 });
  });
});

/** Processes below this one that run Python. */
function sandboxes(): number {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [, name = "", , parent = "0"] = /\((.*)\) (\S) (\d+)/.exec(stat) ?? [];
      parents.set(Number(entry), { parent: Number(parent), name });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const isBelow = (id: number): boolean => {
    for (let at = id; at > 1; at = parents.get(at)?.parent ?? 0)
      if (at === process.pid) return true;
    return false;
  };
  return [...parents].filter(([id, { name }]) => name.startsWith("python") && isBelow(id)).length;
}
