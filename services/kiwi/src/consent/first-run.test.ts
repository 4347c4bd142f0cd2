import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecuteArguments } from "@lilux/protocol";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { directiveText, errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, executeWithYes } from "../testing/yes.ts";

const item = { item_type: "directive", item_id: "tour" } as const;
const RUN: ExecuteArguments = { ...item, action: "run" };
const STEPS = '<process><step name="one"><action>Look around.</action></step></process>';
const TEXT = directiveText("tour", STEPS);
const CREATE: ExecuteArguments = { ...item, action: "create", parameters: { content: TEXT } };
const DESCRIBE: ExecuteArguments = {
  ...item,
  action: "update",
  parameters: { description: "Shows around." },
};

const itemOf = async (started: StartedKiwi) =>
  (await started.kiwi.api.listItems({ tenant: testTenant("local") })).items.find(
    ({ item_id }) => item_id === "tour",
  );

// Mutants (D4): `by` taken for a person where nobody says; the review not remembered.
test.each(["model", "directive", undefined] as const)(
  "what a %s wrote asks at its first run, whoever runs it, and after the yes no more",
  async (by) => {
    await using started = await startKiwi({});
    const request = {
      tenant: testTenant("local"),
      callId: "made",
      arguments: CREATE,
      tainted: false,
    };
    for await (const _ of started.kiwi.api.execute(
      by === undefined ? request : { ...request, by },
    ));
    const error = await askedOf(started, RUN, { by: "person" });
    expect(error.details).toMatchObject({ reasons: ["first_run"], effect: "write" });
    expect(error.details?.["item"]).toMatchObject({
      provenance: { by: by ?? "model", how: "created" },
    });
    expect(error.message).toMatch(/wrote it|created it/);
    expect((await executeWithYes(started, RUN)).status).toBe("ready");
    expect((await started.execute({ arguments: RUN, by: "model" })).result.status).toBe("ready");
    expect((await itemOf(started))?.provenance).toMatchObject({ by: by ?? "model" });
    expect((await itemOf(started))?.provenance?.reviewed_at).toBeDefined();
  },
);

test("what a model changed asks again, and a person's own work never", async () => {
  await using started = await startKiwi({});
  await started.execute({ arguments: CREATE });
  expect((await started.execute({ arguments: RUN, by: "model" })).result.status).toBe("ready");
  await started.execute({ arguments: DESCRIBE, by: "model" });
  await askedOf(started, RUN);
  await executeWithYes(started, RUN);
  await started.execute({ arguments: RUN });
});

test("who wrote it, and that nobody ran it, outlives the tool core", async () => {
  await using folder = await temporaryDirectory();
  const config = { project: folder.path };
  {
    await using first = await startKiwi({}, config);
    await first.execute({ arguments: CREATE, by: "model" });
  }
  await using second = await startKiwi({}, config);
  expect((await itemOf(second))?.provenance).toMatchObject({ by: "model", how: "created" });
  await askedOf(second, RUN);
});

test("a file that a person put there by hand is theirs, also in a model's place", async () => {
  await using started = await startKiwi({ "project/.ai/directives/tour.md": TEXT });
  expect((await itemOf(started))?.provenance).toBeUndefined();
  await started.execute({ arguments: RUN, by: "model" });
  await started.execute({ arguments: DESCRIBE, by: "model" });
  await askedOf(started, RUN);
  await writeFile(join(started.path, "project/.ai/directives/tour.md"), TEXT);
  await started.execute({ arguments: RUN });
});

test("a copy and a restored version are no way around it", async () => {
  await using started = await startKiwi({});
  await started.execute({ arguments: CREATE, by: "model" });
  const copy = { ...item, source: "project", destination: "user" } as const;
  await started.kiwi.api.load({
    tenant: testTenant("local"),
    tainted: false,
    arguments: copy,
    by: "model",
  });
  const gone: ExecuteArguments = { ...item, action: "delete", parameters: { source: "project" } };
  await executeWithYes(started, gone);
  await askedOf(started, RUN);
  const restore = await started.kiwi.api
    .load({ tenant: testTenant("local"), arguments: { ...item, source: "project" } })
    .catch(
      (error: { details: { versions: { version: string }[] } }) =>
        error.details.versions[0]?.version,
    );
  const again = { restore, destination: "project" };
  await started.execute({
    arguments: { ...item, action: "create", parameters: again },
    by: "model",
  });
  await askedOf(started, RUN);
});

test("a record that cannot be read counts as a model's", async () => {
  await using started = await startKiwi({});
  await started.execute({ arguments: CREATE, by: "model" });
  const record = join(started.path, "project/.ai/.provenance/directives/tour.md.json");
  expect(JSON.parse(await readFile(record, "utf8"))).toMatchObject({ contents: [{ by: "model" }] });
  await writeFile(record, "[]");
  await askedOf(started, RUN);
});

test("reading knowledge that a model wrote asks nobody", async () => {
  await using started = await startKiwi({});
  const note = { item_type: "knowledge", item_id: "note" } as const;
  const parameters = { title: "Note", body: "What I learned." };
  await started.execute({ arguments: { ...note, action: "create", parameters }, by: "model" });
  const { result } = await started.execute({ arguments: { ...note, action: "run" }, by: "model" });
  expect(result.status).toBe("ready");
});

test("history: what was destructive and is written anew by a model stays so until a person's yes", async () => {
  const severe = directiveText("tour", STEPS, '<effect class="destructive"/>');
  await using started = await startKiwi({ "project/.ai/directives/tour.md": severe });
  await executeWithYes(started, { ...item, action: "delete" }, { by: "model" });
  await started.execute({ arguments: CREATE, by: "model" });
  expect(await itemOf(started)).toMatchObject({
    effect: "destructive",
    effect_reason: expect.stringContaining("before"),
  });
  const error = await askedOf(started, RUN);
  expect(error.details?.["reasons"]).toEqual(["destructive", "first_run"]);
  await executeWithYes(started, RUN);
  expect((await itemOf(started))?.effect).toBe("write");
  await started.execute({ arguments: RUN, by: "model" });
});

test("history: a person who writes it anew has lowered it", async () => {
  const severe = directiveText("tour", STEPS, '<effect class="destructive"/>');
  await using started = await startKiwi({ "project/.ai/directives/tour.md": severe });
  await executeWithYes(started, { ...item, action: "delete" });
  await started.execute({ arguments: CREATE });
  expect((await itemOf(started))?.effect).toBe("write");
  expect(await errorOf(started.execute({ arguments: RUN, callId: "a b" })).catch(() => "ran")).toBe(
    "ran",
  );
});

test("a call that derives from untrusted text waits in a model's hands, unless it only reads", async () => {
  const quiet = directiveText("quiet", STEPS, '<effect class="read"/>');
  await using started = await startKiwi({
    "project/.ai/directives/tour.md": TEXT,
    "project/.ai/directives/quiet.md": quiet,
  });
  for (const by of ["model", "directive"] as const) {
    const error = await askedOf(started, RUN, { by, tainted: true });
    expect(error.details?.["reasons"]).toEqual(["tainted"]);
  }
  // Whoever says nothing is a model.
  const silent = { tenant: testTenant("local"), callId: "silent", arguments: RUN, tainted: true };
  const events = started.kiwi.api.execute(silent)[Symbol.asyncIterator]();
  expect((await errorOf(Promise.resolve(events.next()))).code).toBe("confirm_required");
  await started.execute({ arguments: { ...RUN, item_id: "quiet" }, by: "model", tainted: true });
  const made: ExecuteArguments = {
    ...CREATE,
    item_id: "more",
    parameters: { content: directiveText("more", STEPS) },
  };
  await askedOf(started, made, { by: "model", tainted: true });
});

// Mutant: `tainted` taken for false where nobody says.
test("of a model's call whose words nobody has weighed, all but reading asks", async () => {
  await using started = await startKiwi({});
  for (const by of ["model", "directive", undefined] as const) {
    const request = { tenant: testTenant("local"), callId: `unweighed-${by}`, arguments: CREATE };
    const events = started.kiwi.api.execute(by === undefined ? request : { ...request, by });
    const error = await errorOf(events[Symbol.asyncIterator]().next());
    expect(error.details).toMatchObject({ reasons: ["tainted"] });
  }
});
