import { createInProcessBus, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore, keys } from "@lilux/context-store";
import { unpackFloats, unpackQuantised } from "@lilux/core/embedding";
import { itemSummary } from "@lilux/library-index/testing";
import type { EmbedAnswer, ItemSummary, Prediction, WarmContext } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { clockOf, eventually, testTenant } from "@lilux/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { routerConfig } from "./config.ts";
import { createRouterService, type RouterDeps, type RouterService } from "./service.ts";
import { createScriptedModel, type ScriptedModel } from "./testing/scripted-model.ts";

const logger = createLogger({ service: "test", level: "silent" });
const LIBRARY = [
  itemSummary("directive:ops/deploy_staging", { description: "ships the build to staging" }),
  itemSummary("directive:ops/roll_back", { description: "takes a release back" }),
  itemSummary("script:data/csv_to_json", { effect: "read" }),
];

interface World {
  service: RouterService;
  bus: ReturnType<typeof createInProcessBus>;
  store: ContextStore;
  model: ScriptedModel;
  library: { version: string; items: ItemSummary[] };
  listings: () => number;
  type(
    text: string,
    more?: { seq?: number; session?: string; history?: string[] },
  ): Promise<Prediction>;
}

const running: RouterService[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

async function start(
  given: Partial<RouterDeps> & { model?: ScriptedModel; env?: Record<string, string> } = {},
): Promise<World> {
  const bus = createInProcessBus({});
  const store = given.contextStore ?? createInMemoryContextStore({});
  const model = given.model ?? createScriptedModel();
  const library = { version: "v1", items: LIBRARY };
  let listings = 0;
  let seq = 0;
  const service = createRouterService(routerConfig(given.env ?? {}), {
    bus,
    contextStore: store,
    logger,
    openModel: async () => model,
    kiwi: {
      async listItems() {
        listings += 1;
        return { ...library, broken: [] };
      },
    },
    ...given,
  });
  running.push(service);
  await service.start();
  return {
    service,
    bus,
    store,
    model,
    library,
    listings: () => listings,
    async type(text, more = {}) {
      const session = more.session ?? "s1";
      seq += 1;
      const body = { tenant: testTenant("local"), sessionId: session, seq: more.seq ?? seq, text };
      const whole = more.history === undefined ? body : { ...body, history: more.history };
      const options = { deadlineMs: 5_000 };
      return (await bus.request(
        subjects.keystroke(testTenant("local"), session),
        whole,
        options,
      )) as Prediction;
    },
  };
}

/** The id that a line's first candidate is about, once nothing is missing for it. */
async function served(type: World["type"], text: string): Promise<string | undefined> {
  const { candidates, degraded } = await type(text);
  const call = degraded === undefined ? candidates[0]?.call : undefined;
  return call === undefined || call.name === "search" ? undefined : call.arguments.item_id;
}

function warmContext(version: number, itemId: string): WarmContext {
  return {
    tenant: "local",
    sessionId: "s1",
    version,
    state: "warm",
    confidence: 0.9,
    domain: null,
    query: "",
    candidates: [
      { item_type: "directive", item_id: itemId, score: 0.9, name: itemId, description: "" },
    ],
    warmedAt: Date.now(),
    expiresAt: Date.now() + 30_000,
  };
}

describe("the router service", () => {
  // Mutant: predict without `bounded`.
  it("reads no more of a line of 8,000 characters than its beginning and its end", async () => {
    const { type, model } = await start();
    const { candidates } = await type(`deploy to staging ${"filler ".repeat(1_130)}`);
    expect(model.lines.every((line) => line.length < 1_300)).toBe(true);
    expect(candidates.length).toBeGreaterThan(0);
  });

  // Mutant: `rank` leaves the scope's sign in the line, or ranks calls within one.
  it("offers items to look at for what is typed, and only those within a scope", async () => {
    const { type } = await start();
    const typed = await type("depl");
    expect(typed.matches?.some(({ call }) => call.name === "load")).toBe(true);
    const scoped = await type("> deploy");
    expect(scoped.candidates).toEqual([]);
    expect(scoped.matches?.map(({ call }) => call.name)).toContain("execute");
    expect((await type("? deploy")).matches).toBeUndefined();
  });

  // Mutant: `libraryWaitMs` of the settings for a line whose caller waits longer.
  it("lets a line whose caller waits for it wait for a library that is still being listed", async () => {
    const listed = Promise.withResolvers<void>();
    const kiwi = {
      async listItems() {
        await listed.promise;
        return { version: "v1", items: LIBRARY, broken: [] };
      },
    };
    const { bus } = await start({ kiwi, env: { LILUX_ROUTER_LIBRARY_WAIT_MS: "1" } });
    const subject = subjects.keystroke(testTenant("local"), "s1");
    const line = { tenant: testTenant("local"), sessionId: "s1", text: "deploy staging" };
    const options = { deadlineMs: 10_000 };
    const typed = await bus.request(subject, { ...line, seq: 1 }, options);
    expect(typed).toMatchObject({ degraded: ["library_loading"] });
    const sent = bus.request(subject, { ...line, seq: 0, withinMs: 10_000 }, options);
    // Whoever does not wait is answered before this one.
    await bus.request(subject, { ...line, seq: 2 }, options);
    listed.resolve();
    expect(await sent).toMatchObject({ candidates: [{ call: { name: "execute" } }, {}] });
  });

  // Mutant: a stop that does not say goodbye.
  it("answers at a subject of its own that it announces, and says goodbye when it stops", async () => {
    const bus = createInProcessBus({});
    const said: { replica: string; state: string }[] = [];
    const line = {
      tenant: testTenant("local"),
      sessionId: "s1",
      seq: 0,
      text: "deploy to staging",
    };
    const ask = (replica: string) =>
      bus.request(subjects.keystrokeTo(replica, testTenant("local"), "s1"), line, {
        deadlineMs: 5_000,
      });
    bus.subscribe(subjects.replicas("router"), ({ body }) => {
      said.push(body as { replica: string; state: string });
    });
    const { service } = await start({ bus });
    await eventually(() => said.length > 0, { withinMs: 20_000 });
    const [{ replica, state } = { replica: "", state: "" }] = said;
    expect(state).toBe("here");
    expect(await ask(replica)).toMatchObject({ candidates: [{}, {}] });
    await service.stop();
    expect(said.at(-1)).toEqual({ replica, state: "leaving" });
  });

  it("answers a keystroke with ranked calls on the tenant's own items", async () => {
    const { type } = await start();
    const prediction = await type("deploy staging");
    expect(prediction).toMatchObject({ seq: 1, context: "cold" });
    expect(prediction.degraded).toBeUndefined();
    expect(prediction.candidates[0]).toMatchObject({
      call: {
        name: "execute",
        arguments: { item_type: "directive", item_id: "deploy_staging", action: "run" },
      },
      effect: "write",
    });
  });

  it("refuses a body of another tenant or session than its subject's", async () => {
    // Mutant: `onKeystroke` without its check of the place.
    const { bus } = await start();
    const subject = subjects.keystroke(testTenant("local"), "s1");
    for (const wrong of [{ tenant: "other" }, { sessionId: "s2" }]) {
      const body = { tenant: testTenant("local"), sessionId: "s1", seq: 1, text: "x", ...wrong };
      await expect(bus.request(subject, body, { deadlineMs: 1_000 })).rejects.toMatchObject({
        code: "forbidden",
      });
    }
  });

  it("names the wrong field of a keystroke it cannot read", async () => {
    const { bus } = await start();
    const body = { tenant: testTenant("local"), sessionId: "s1", seq: "one", text: "x" };
    const asked = bus.request(subjects.keystroke(testTenant("local"), "s1"), body, {
      deadlineMs: 1_000,
    });
    await expect(asked).rejects.toMatchObject({
      code: "invalid_request",
      details: { field: "seq" },
    });
  });

  it("answers an exact repeat without asking the model again", async () => {
    const { type, model } = await start();
    const first = await type("deploy staging");
    const second = await type("deploy staging");
    expect(second.candidates).toEqual(first.candidates);
    expect(second.predictionId).not.toBe(first.predictionId);
    expect(model.lines).toEqual(["deploy staging"]);
  });

  // Mutant: take what was remembered of the typed line for the finished one too.
  it("asks the model what a finished line means by its words, and never one that is typed", async () => {
    const region = { name: "region", type: "string", required: true };
    const inputs = [{ ...region, schema: { enum: ["eu_west", "us_east"] } }];
    const items = [itemSummary("directive:store_file", { inputs })];
    const listItems = async () => ({ version: "v1", items, broken: [] });
    const { type, model } = await start({ kiwi: { listItems } });
    const line = "store file in the west";
    await eventually(async () => expect(await served(type, line)).toBe("store_file"), {
      withinMs: 20_000,
    });
    expect(model.lines).not.toContain("west");
    const { candidates } = await type(line, { seq: 0 });
    expect(candidates[0]?.call).toMatchObject({ arguments: { parameters: { region: "eu_west" } } });
    expect(candidates[0]?.parameters).toMatchObject([{ name: "region", origin: "inferred" }]);
  });

  it("never gives one tenant what it remembers of another", async () => {
    // Mutant: `memoKeyOf` leaves out the tenant.
    const items: Record<string, ItemSummary[]> = {
      alpha: [itemSummary("directive:x/deploy_staging")],
      beta: [itemSummary("directive:y/staging_checklist")],
    };
    const { service } = await start({
      kiwi: {
        listItems: async ({ tenant }) => ({
          version: "v1",
          items: items[tenant] ?? [],
          broken: [],
        }),
      },
    });
    const ask = (tenant: string) =>
      service.predict({
        tenant: testTenant(tenant),
        sessionId: "s1",
        seq: 0,
        text: "deploy staging",
      });
    await eventually(async () => expect((await ask("alpha")).degraded).toBeUndefined(), {
      withinMs: 20_000,
    });
    await eventually(async () => expect((await ask("beta")).degraded).toBeUndefined(), {
      withinMs: 20_000,
    });
    const idsOf = ({ candidates }: Prediction) =>
      candidates.flatMap(({ call }) => (call.name === "search" ? [] : [call.arguments.item_id]));
    expect(new Set(idsOf(await ask("alpha")))).toEqual(new Set(["deploy_staging"]));
    expect(new Set(idsOf(await ask("beta")))).toEqual(new Set(["staging_checklist"]));
  });

  it("uses a context as soon as it is announced, whatever it remembered before", async () => {
    // Mutant: `serveBus` does not invalidate; or `memoKeyOf` leaves out the context.
    // The clock stands still, so that nothing held near can expire by itself.
    const startedAt = Date.now();
    const { type, bus, store } = await start({ clock: clockOf(() => startedAt) });
    expect((await type("it")).context).toBe("cold");
    const put = (version: number, itemId: string) =>
      store.putIfNewer(keys.context(testTenant("local"), "s1"), {
        version,
        value: warmContext(version, itemId),
        ttlMs: 30_000,
      });
    await put(1, "roll_back");
    bus.publish(subjects.context(testTenant("local"), "s1"), {});
    await eventually(async () => expect((await type("it")).context).toBe("warm"), {
      withinMs: 20_000,
    });
    const leader = async () => (await type("it")).candidates[0]?.call.arguments;
    expect(await leader()).toMatchObject({ item_id: "roll_back" });
    await put(2, "deploy_staging");
    bus.publish(subjects.context(testTenant("local"), "s1"), {});
    await eventually(
      async () => expect(await leader()).toMatchObject({ item_id: "deploy_staging" }),
      { withinMs: 20_000 },
    );
  });

  it("answers without the context when the store is silent, and says so", async () => {
    // Mutant: `read` awaits `fetchEntry` itself.
    const silent: ContextStore = {
      ...createInMemoryContextStore({}),
      get: () => new Promise(() => undefined),
    };
    const { type } = await start({ contextStore: silent });
    const prediction = await type("deploy staging");
    expect(prediction.degraded).toEqual(["context_unavailable"]);
    expect(prediction.candidates.length).toBeGreaterThan(0);
  });

  it("predicts by words while items are still being embedded, and says so", async () => {
    const gate = Promise.withResolvers<void>();
    const model = createScriptedModel({ beforeItems: () => gate.promise });
    const { type } = await start({ model });
    const prediction = await type("deploy staging");
    expect(prediction.degraded).toEqual(["library_loading"]);
    expect(prediction.candidates[0]?.call.arguments).toMatchObject({ item_id: "deploy_staging" });
    gate.resolve();
    await eventually(async () => expect((await type("deploy staging")).degraded).toBeUndefined(), {
      withinMs: 20_000,
    });
  });

  it("answers without a library when the tool core is down, and finds it again by itself", async () => {
    let isDown = true;
    let now = Date.now();
    const { type } = await start({
      clock: clockOf(() => now),
      kiwi: {
        async listItems() {
          if (isDown) throw new Error("down");
          return { version: "v1", items: LIBRARY, broken: [] };
        },
      },
    });
    expect((await type("deploy staging")).degraded).toEqual(["library_unavailable"]);
    isDown = false;
    now += 1_001;
    await eventually(async () => expect((await type("deploy staging")).degraded).toBeUndefined(), {
      withinMs: 20_000,
    });
  });

  it("embeds only what changed when a library changes", async () => {
    // Mutant: `#put` compares nothing and always replaces.
    const { type, bus, model, library } = await start();
    await type("deploy staging");
    const embeddedBefore = model.items.length;
    library.version = "v2";
    library.items = [...LIBRARY, itemSummary("directive:ops/rotate_keys")];
    bus.publish(subjects.library(testTenant("local")), {
      tenant: "local",
      version: "v2",
      changed: [],
    });
    await eventually(
      async () => {
        const { candidates, degraded } = await type("rotate keys");
        expect(degraded).toBeUndefined();
        expect(candidates[0]?.call.arguments).toMatchObject({ item_id: "rotate_keys" });
      },
      { withinMs: 20_000 },
    );
    expect(model.items.slice(embeddedBefore)).toEqual(["directive: rotate keys"]);
  });

  it("takes over what an announcement says without listing the library again", async () => {
    // Mutant: `serveBus` passes no change on.
    const { type, bus, listings } = await start();
    await type("deploy staging");
    const change = {
      key: "directive:ops/rotate_keys",
      item: itemSummary("directive:ops/rotate_keys"),
    };
    const gone = { key: "directive:ops/roll_back" };
    const changed = [change.key, gone.key];
    const changes = [change, gone];
    const announced = { tenant: "local", version: "v2", before: "v1", changed, changes };
    bus.publish(subjects.library(testTenant("local")), announced);
    await eventually(async () => expect(await served(type, "rotate keys")).toBe("rotate_keys"), {
      withinMs: 20_000,
    });
    expect(await served(type, "roll back")).not.toBe("roll_back");
    expect(listings()).toBe(1);
  });

  it("takes the item of the line before when the line points back at it", async () => {
    const hear = (text: string) => ({
      itemType: "script" as const,
      reference: text === "again" ? 0.97 : 0,
    });
    const { type } = await start({ model: createScriptedModel({ hear }) });
    const prediction = await type("again", { history: ["hello", "run csv_to_json"] });
    expect(prediction.candidates[0]).toMatchObject({
      call: { arguments: { item_id: "csv_to_json" } },
      effect: "read",
    });
  });

  it("reads a line that points back together with the line before", async () => {
    // Mutant: `REFERENCE_MIN = 2` in read-in-context leaves "staging" unread.
    const hear = (text: string) => ({ reference: text.startsWith("same") ? 0.9 : 0 });
    const model = createScriptedModel({ hear, joinsContext: true });
    const { type } = await start({ model });
    const history = ["deploy staging"];
    const prediction = await type("same again", { history });
    expect(model.lines).toContain("deploy staging → same again");
    expect(prediction.candidates[0]).toMatchObject({
      call: { arguments: { item_id: "deploy_staging" } },
    });
    await type("rotate keys", { history });
    expect(model.lines).not.toContain("deploy staging → rotate keys");
  });

  it("asks a model that was not trained for it to read no two lines at once", async () => {
    const hear = () => ({ reference: 0.9 });
    const model = createScriptedModel({ hear });
    const { type } = await start({ model });
    await type("same again", { history: ["deploy staging"] });
    expect(model.lines).not.toContain("deploy staging → same again");
  });

  it("drops an answer when a newer line of the session came meanwhile", async () => {
    // Mutant: `predict` without its look at `isSuperseded`.
    const gate = Promise.withResolvers<void>();
    const beforeLine = (text: string) => (text === "dep" ? gate.promise : undefined);
    const { type } = await start({ model: createScriptedModel({ beforeLine }) });
    const older = type("dep", { seq: 5 }).catch((error: unknown) => error);
    await type("deploy", { seq: 6, session: "s2" });
    const newer = type("deploy staging", { seq: 6 });
    gate.resolve();
    await expect(older).resolves.toMatchObject({ code: "cancelled" });
    await expect(newer).resolves.toMatchObject({ seq: 6 });
  });

  it("lets requests of seq 0 stand alone, however many come from one session", async () => {
    const { service } = await start();
    const ask = (text: string) =>
      service.predict({ tenant: testTenant("local"), sessionId: "rest", seq: 0, text });
    const answers = await Promise.all(["deploy", "roll back", "csv"].map(ask));
    expect(answers).toHaveLength(3);
  });

  // Mutant: `timesOf` that answers the router's own times for every line.
  it("answers a committed line for as long as its caller waits, and a typed one within its own time", async () => {
    const gate = Promise.withResolvers<void>();
    const model = createScriptedModel({ beforeLine: () => gate.promise });
    const { service } = await start({ model, env: { LILUX_ROUTER_DEADLINE_MS: "30" } });
    const line = { tenant: testTenant("local"), sessionId: "s1", text: "deploy" };
    const committed = service.predict({ ...line, seq: 0, withinMs: 10_000 });
    const typed = service.predict({ ...line, seq: 1, text: "deploy s" });
    await expect(typed).rejects.toMatchObject({ code: "deadline_exceeded" });
    gate.resolve();
    await expect(committed).resolves.toMatchObject({ seq: 0 });
  });

  it("gives up at its caller's deadline", async () => {
    const model = createScriptedModel({ beforeLine: () => new Promise(() => undefined) });
    const { service } = await start({ model });
    const request = { tenant: testTenant("local"), sessionId: "s1", seq: 1, text: "deploy" };
    await expect(service.predict(request, { deadlineMs: 20 })).rejects.toMatchObject({
      code: "deadline_exceeded",
    });
  });

  describe("embeddings for others", () => {
    const deploying = "directive: deploy staging. ships the build to staging";
    const embed = (bus: World["bus"], texts: string[], tenant = "local") =>
      bus.request(
        subjects.embed(testTenant(tenant)),
        { texts },
        { deadlineMs: 5_000 },
      ) as Promise<EmbedAnswer>;

    it("come packed, one a text and in order, with the name of the model", async () => {
      const { bus } = await start();
      const answer = await embed(bus, ["script: csv", deploying, "script: csv"]);
      expect(answer.model).toContain("scripted-1");
      const embeddings = unpackQuantised(answer, 3) ?? [];
      const lengths = embeddings.map(({ bytes, scale }) => Math.hypot(...bytes) * scale);
      for (const length of lengths) expect(length).toBeCloseTo(1, 2);
      expect(embeddings[0]).toEqual(embeddings[2]);
      expect(embeddings[0]).not.toEqual(embeddings[1]);
      const line = { texts: ["deploy"], side: "line" };
      const read = await bus.request(subjects.embed(testTenant("local")), line, {
        deadlineMs: 5_000,
      });
      expect(unpackFloats(read as EmbedAnswer, 1)?.[0]).toHaveLength(answer.width);
    });

    it("are computed once a text, whether asked for before, while or after the router needs them", async () => {
      // Mutants: `recent` is not looked into; `inWork` is not looked into.
      const gate = Promise.withResolvers<void>();
      const model = createScriptedModel({ beforeItems: () => gate.promise });
      const { bus, library, type } = await start({ model });
      const changed = itemSummary("script:ops/new_one");
      const meanwhile = Promise.all([
        embed(bus, [deploying, deploying, "script: new one"]),
        embed(bus, ["script: new one"]),
      ]);
      gate.resolve();
      await meanwhile;
      await eventually(async () => expect((await type("it")).degraded).toBeUndefined(), {
        withinMs: 20_000,
      });
      await embed(bus, [deploying]);
      library.version = "v2";
      library.items = [...LIBRARY, changed];
      bus.publish(subjects.library(testTenant("local")), {
        tenant: "local",
        version: "v2",
        changed: [],
      });
      await eventually(async () => expect(await served(type, "new one")).toBe("new_one"), {
        withinMs: 20_000,
      });
      expect(model.items.toSorted()).toEqual([
        deploying,
        "directive: roll back. takes a release back",
        "script: csv to json",
        "script: new one",
      ]);
    });

    it("of the same text are the same, whosever it is, and made once", async () => {
      const { bus, model } = await start();
      const own = await embed(bus, [deploying]);
      expect(await embed(bus, [deploying], "acme")).toEqual(own);
      expect(model.items.filter((text) => text === deploying)).toHaveLength(1);
    });

    it("that failed are tried again by the next who asks", async () => {
      // Mutant: `begin` leaves what failed in `inWork`.
      let isBroken = false;
      const beforeItems = () => {
        if (isBroken) throw new Error("broken");
      };
      const { bus } = await start({ model: createScriptedModel({ beforeItems }) });
      isBroken = true;
      await expect(embed(bus, ["script: one"])).rejects.toThrow();
      isBroken = false;
      expect(unpackQuantised(await embed(bus, ["script: one"]), 1)).toHaveLength(1);
    });
  });

  it("swaps models without failing a line that was begun with the old one", async () => {
    // Mutant: `retire` closes the engine without waiting for `idle`.
    const gate = Promise.withResolvers<void>();
    const old = createScriptedModel({
      beforeLine: (text) => (text === "deploy" ? gate.promise : undefined),
    });
    const next = createScriptedModel({ version: "scripted-2" });
    const models = [old, next];
    const { service, bus } = await start({
      openModel: async () => models.shift() ?? next,
    });
    const ask = (text: string) =>
      service.predict(
        { tenant: testTenant("local"), sessionId: "s1", seq: 0, text },
        { deadlineMs: 60_000 },
      );
    const begun = ask("deploy");
    await eventually(() => old.lines.length === 1, { withinMs: 20_000 });
    const swapped = service.swapModel("elsewhere");
    await eventually(() => next.items.length === LIBRARY.length, { withinMs: 20_000 });
    await eventually(
      async () => {
        await ask(`roll back ${Math.random()}`);
        return next.lines.length > 0;
      },
      { withinMs: 20_000 },
    );
    expect(old.isClosed()).toBe(false);
    gate.resolve();
    await expect(begun).resolves.toMatchObject({ context: "cold" });
    await swapped;
    expect(old.isClosed()).toBe(true);
    expect(bus.connected()).toBe(true);
  });

  it("keeps the model it has when the new one cannot be used", async () => {
    const model = createScriptedModel();
    let opened = 0;
    const { service, type } = await start({
      async openModel() {
        opened += 1;
        if (opened > 1) throw new Error("no such model");
        return model;
      },
    });
    await expect(service.swapModel("elsewhere")).rejects.toThrow("no such model");
    expect((await type("deploy staging")).candidates.length).toBeGreaterThan(0);
  });

  it("counts what it does, and never names a line", async () => {
    const { type, service } = await start();
    await type("secret words");
    await type("secret words");
    const text = await service.registry.metrics();
    expect(text).toMatch(/lilux_router_route_seconds_count\{path="memo"\} 1/);
    expect(text).toMatch(/lilux_router_library_items\{state="embedded"\} 3/);
    expect(text).not.toContain("secret");
  });

  it("is not ready when it is stopped, and refuses predictions then", async () => {
    const { service } = await start();
    expect(service.unready()).toEqual([]);
    await service.stop();
    expect(service.unready()).not.toEqual([]);
    const request = { tenant: testTenant("local"), sessionId: "s1", seq: 1, text: "x" };
    await expect(service.predict(request)).rejects.toMatchObject({ code: "router_unavailable" });
  });
});
