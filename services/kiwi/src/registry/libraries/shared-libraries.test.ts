import { randomBytes } from "node:crypto";
import type { LibraryDiff, SubscriptionList } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/open-test-database.ts";
import { type StartedRegistry, startRegistry } from "../../testing/start-registry.ts";

let opened: TestDatabase;
let started: StartedRegistry;
beforeAll(async () => {
  opened = await openTestDatabase();
  started = await startRegistry(opened.database);
}, 120_000);
afterAll(async () => {
  await started[Symbol.asyncDispose]();
  await opened.close();
});

const LONG = { withinMs: 60_000 };
const REACHES =
  '__permissions__ = [{"verb": "read", "resource": "network", "host": "api.example.com"}]\n';

/** A script of that version; what it does beside is in front of it. */
function script(version: string, more = ""): string {
  return `"""Sends a greeting."""\nimport json\n\n__version__ = "${version}"\n${more}\nprint(json.dumps({"version": "${version}"}))\n`;
}

interface World {
  acme: string;
  beta: string;
  library: string;
  greet: string;
  /** Publishes the script and the library, both at that version. */
  publish(version: string, more?: string): Promise<void>;
  order(tenant: string, order: Parameters<StartedRegistry["order"]>[1]): Promise<unknown>;
  listed(): Promise<string[]>;
}

async function world(): Promise<World> {
  const [acme, beta] = ["acme", "beta"].map((name) => `${name}-${randomBytes(4).toString("hex")}`);
  if (acme === undefined || beta === undefined) throw new Error("two names make two names");
  const library = `@${acme}/mail`;
  await started.write(beta, "knowledge/own.md", "---\ntitle: Own\n---\nmine\n");
  return {
    acme,
    beta,
    library,
    greet: `@${acme}/mail/greet`,
    async publish(version, more) {
      await started.write(acme, "scripts/mail/greet.py", script(version, more));
      const named = { item_type: "script", item_id: "mail/greet" } as const;
      await eventually(async () => {
        const { items } = await started.items(acme);
        return items.some((item) => item.version === version);
      }, LONG);
      const parameters = { visibility: "public" };
      await started.execute(acme, { ...named, action: "publish", parameters });
      const shared = { library, version, visibility: "public" } as const;
      await started.order(acme, { do: "publish-library", ...shared, items: [named] });
    },
    order: (tenant, order) => started.order(tenant, order),
    async listed() {
      const { items } = await started.items(beta);
      return items.filter(({ source }) => source === "registry").map((item) => item.qualified_id);
    },
  };
}

async function diffOf({ beta, library }: World): Promise<LibraryDiff> {
  return (await started.order(beta, { do: "diff-library", library })) as LibraryDiff;
}

async function applied({ beta, library }: World, acceptEffects = true): Promise<SubscriptionList> {
  const { digest } = (await started.order(beta, { do: "diff-library", library })) as LibraryDiff;
  const order = { do: "apply-library", library, digest, acceptEffects } as const;
  return (await started.order(beta, order)) as SubscriptionList;
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "ok",
    (error: { code?: string }) => error.code ?? String(error),
  );

// Mutants: `applyUpdate` does not look at `effectsGrew`, or not at the digest; `arrange` leaves what is gone.
test("an update is a diff first, what reaches further wants its own yes, and both ways back leave nothing", async () => {
  const w = await world();
  const { beta, library, greet, order } = w;
  await w.publish("1.0.0");
  await order(beta, { do: "subscribe", library, range: "^1" });
  expect(await w.listed()).toEqual([]);
  const first = await diffOf(w);
  expect(first).toMatchObject({ from: null, to: "1.0.0", changes: [{ change: "came" }] });
  await applied(w);
  expect(await w.listed()).toEqual([greet]);
  const load = async () =>
    (await started.load(beta, { item_type: "script", item_id: "greet", source: "registry" })).item;
  expect((await load()).version).toBe("1.0.0");

  await w.publish("1.1.0", REACHES);
  const next = await diffOf(w);
  const [change] = next.changes;
  expect(next.effectsGrew).toBe(true);
  expect(change?.effects[0]).toMatchObject({ kind: "host", grew: true });
  expect(change?.effects[0]?.what).toContain("api.example.com");
  expect(change?.text).toContain("+__permissions__");
  const apply = { do: "apply-library", library, digest: next.digest } as const;
  expect(await codeOf(order(beta, apply))).toBe("confirm_required");
  const stale = { ...apply, digest: first.digest, acceptEffects: true };
  expect(await codeOf(order(beta, stale))).toBe("invalid_request");
  expect((await load()).version).toBe("1.0.0");
  await applied(w);
  expect((await load()).version).toBe("1.1.0");

  await order(beta, { do: "rollback-library", library });
  expect((await load()).version).toBe("1.0.0");
  await order(beta, { do: "unsubscribe", library });
  expect(await w.listed()).toEqual([]);
});

// Mutants: `isPatch` is true of a minor; `effectsGrew` is not looked at; a rollback leaves the word.
test("by itself only a patch applies that does no more, and only where the subscription says so", async () => {
  const w = await world();
  const { beta, library, order } = w;
  await w.publish("1.0.0");
  await order(beta, { do: "subscribe", library, automatic: true });
  await applied(w);
  const notices = async () => {
    const { notices: found } = (await order(beta, { do: "list-notices", after: 0 })) as {
      notices: { kind: string; detail: string }[];
    };
    return found.map(({ kind }) => kind);
  };
  const version = async () => {
    const { subscriptions } = (await order(beta, { do: "list-subscriptions" })) as SubscriptionList;
    return subscriptions[0]?.applied;
  };
  await w.publish("1.0.1");
  await eventually(async () => (await notices()).length === 1, LONG);
  expect([await notices(), await version()]).toEqual([["updated"], "1.0.1"]);
  await w.publish("1.0.2", REACHES);
  await eventually(async () => (await notices()).length === 2, LONG);
  await w.publish("1.1.0");
  await eventually(async () => (await notices()).length === 3, LONG);
  expect(await notices()).toEqual(["updated", "update_waits", "update_waits"]);
  expect(await version()).toBe("1.0.1");
  const back = (await order(beta, { do: "rollback-library", library })) as SubscriptionList;
  expect(back.subscriptions[0]).toMatchObject({ applied: "1.0.0", automatic: false });
});

test("the tenant's own item wins and that is told; what is taken down is offered no more", async () => {
  const w = await world();
  const { beta, library, greet, order } = w;
  await w.publish("1.0.0");
  await started.write(beta, "scripts/mail/greet.py", script("9.0.0"));
  await order(beta, { do: "subscribe", library });
  const { subscriptions } = await applied(w);
  expect(subscriptions).toMatchObject([{ hidden: [greet], takenDown: [] }]);
  const named = { item_type: "script", item_id: "greet", action: "run" } as const;
  expect(await started.execute(beta, named)).toMatchObject({ data: { version: "9.0.0" } });
  const whole = { ...named, item_id: greet };
  expect(await started.execute(beta, whole)).toMatchObject({ data: { version: "1.0.0" } });
  const down = {
    do: "take-down",
    item_type: "script",
    item_id: greet,
    reason: "It lies.",
  } as const;
  expect(await order("", down)).toEqual({ told: 2 });
  expect(await codeOf(started.execute(beta, whole))).toBe("item_taken_down");
  expect(await w.listed()).toEqual([]);
  expect(await order(beta, { do: "list-subscriptions" })).toMatchObject({
    subscriptions: [{ takenDown: [greet] }],
  });
});

test("what cannot be published or subscribed to is refused by what is wrong with it", async () => {
  const w = await world();
  const { acme, beta, library, order } = w;
  await w.publish("1.0.0");
  const items = [{ item_type: "script" as const, item_id: "mail/greet" }];
  const published = { do: "publish-library" as const, library, version: "1.0.1", items };
  const unknown = [{ item_type: "script" as const, item_id: "mail/nothing" }];
  await order(beta, { do: "set-publishers", of: beta, publishers: [] });
  expect([
    await codeOf(order(beta, published)),
    await codeOf(order(acme, { ...published, version: "1.0.0" })),
    await codeOf(order(acme, { ...published, version: "1" })),
    await codeOf(order(acme, { ...published, items: unknown })),
    await codeOf(order(acme, { ...published, items: [...items, ...items] })),
    await codeOf(order(beta, { do: "subscribe", library })),
    await codeOf(order(beta, { do: "subscribe", library: `@${acme}/none` })),
    await codeOf(order(acme, { do: "subscribe", library, range: "many" })),
    await codeOf(order(beta, { do: "diff-library", library })),
    await codeOf(order(beta, { do: "unsubscribe", library })),
  ]).toEqual([
    "forbidden",
    "version_exists",
    "invalid_inputs",
    "item_not_found",
    "invalid_inputs",
    "publisher_not_allowed",
    "item_not_found",
    "invalid_request",
    "not_found",
    "not_found",
  ]);
});

// Mutant: `changeOf` looks at the texts alone.
test("the same text under another licence is a change that is shown before it applies", async () => {
  const { acme, beta, library, order } = await world();
  const named = { item_type: "knowledge", item_id: "tone" } as const;
  await started.write(acme, "knowledge/tone.md", "---\ntitle: Tone\n---\nkind\n");
  const publish = async (version: string, license: string): Promise<void> => {
    const parameters = { visibility: "public", version, license };
    await started.execute(acme, { ...named, action: "publish", parameters });
    const shared = { library, version, visibility: "public" } as const;
    await order(acme, { do: "publish-library", ...shared, items: [named] });
  };
  await publish("1.0.0", "MIT");
  await order(beta, { do: "subscribe", library, range: "^1" });
  const { digest } = (await order(beta, { do: "diff-library", library })) as LibraryDiff;
  await order(beta, { do: "apply-library", library, digest, acceptEffects: true });
  await publish("1.1.0", "LicenseRef-Acme");
  const diff = (await order(beta, { do: "diff-library", library })) as LibraryDiff;
  expect(diff).toMatchObject({
    effectsGrew: false,
    changes: [{ said: { from: { license: "MIT" }, to: { license: "LicenseRef-Acme" } } }],
  });
});
