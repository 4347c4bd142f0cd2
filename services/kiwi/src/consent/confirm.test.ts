import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestCall } from "@lilux/core/calls";
import type { Confirmation, ExecuteArguments, ExecuteRequest } from "@lilux/protocol";
import { clockOf, temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { directiveText, errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, yesTo } from "../testing/yes.ts";

const STEPS = '<process><step name="one"><action>Run directive inner.</action></step></process>';
const SEVERE = '<effect class="destructive"/>';
const OUTER = "project/.ai/directives/outer.md";
const INNER = "project/.ai/directives/inner.md";
const FILES = {
  [OUTER]: directiveText("outer", STEPS, SEVERE),
  [INNER]: directiveText("inner", "", SEVERE),
};
const RUN: ExecuteArguments = { item_type: "directive", item_id: "outer", action: "run" };
const digest = (given: ExecuteArguments) => digestCall({ name: "execute", arguments: given });

async function codeOf(started: StartedKiwi, request: Partial<ExecuteRequest>): Promise<string> {
  return started.execute({ arguments: RUN, ...request }).then(
    ({ result }) => result.status,
    (error: { code: string }) => error.code,
  );
}

async function ask(
  started: StartedKiwi,
  more: Partial<ExecuteRequest> = {},
): Promise<Confirmation> {
  return yesTo(await askedOf(started, RUN, { callId: "one", ...more }));
}

// Mutants (D16): the digest compared without the nonce; the content left out of what is bound;
// the nonce kept after its use.
test("a digest that the caller computed is no yes, with any call id", async () => {
  await using started = await startKiwi(FILES);
  for (const nonce of [undefined, "", "n".repeat(22), digest(RUN)]) {
    const confirmation = { callId: "one", callDigest: digest(RUN), ...(nonce && { nonce }) };
    expect(await codeOf(started, { callId: "one", confirmation })).toBe("confirm_required");
  }
});

test("a yes is good once, for its call id and its arguments", async () => {
  await using started = await startKiwi(FILES);
  const confirmation = await ask(started);
  expect(await codeOf(started, { callId: "one", confirmation })).toBe("ready");
  const again = { ...confirmation, callId: "two" };
  expect(await codeOf(started, { callId: "two", confirmation })).toBe("confirm_required");
  expect(await codeOf(started, { callId: "two", confirmation: again })).toBe("confirm_required");

  const other = await ask(started, { callId: "three" });
  expect(
    await codeOf(started, { callId: "four", confirmation: { ...other, callId: "four" } }),
  ).toBe("confirm_required");
  const longer: ExecuteArguments = { ...RUN, parameters: { days: 3 } };
  const third = { ...(await ask(started, { callId: "five" })), callDigest: digest(longer) };
  expect(await codeOf(started, { callId: "five", arguments: longer, confirmation: third })).toBe(
    "confirm_required",
  );
});

test("a repeat of the same call with its yes answers the first result and runs nothing", async () => {
  await using started = await startKiwi(FILES);
  const confirmation = await ask(started);
  const first = await started.execute({ arguments: RUN, callId: "one", confirmation });
  const second = await started.execute({ arguments: RUN, callId: "one", confirmation });
  expect(second.result).toEqual(first.result);
});

test.each([
  [
    "the item",
    OUTER,
    directiveText("outer", `${STEPS}<outputs><success>x</success></outputs>`, SEVERE),
  ],
  [
    "an item that its steps reach",
    INNER,
    directiveText("inner", STEPS.replace("inner", "outer"), SEVERE),
  ],
])("content swapped between question and yes asks again: %s", async (_what, path, text) => {
  await using started = await startKiwi(FILES);
  const confirmation = await ask(started);
  const before = (await started.kiwi.api.listItems({ tenant: testTenant("local") })).version;
  await writeFile(join(started.path, path), text);
  await expect
    .poll(async () => (await started.kiwi.api.listItems({ tenant: testTenant("local") })).version, {
      timeout: 10_000,
    })
    .not.toBe(before);
  const error = await errorOf(started.execute({ arguments: RUN, callId: "one", confirmation }));
  expect(error.code).toBe("confirm_required");
  const renewed = yesTo(error);
  expect(renewed.nonce).not.toBe(confirmation.nonce);
  expect(await codeOf(started, { callId: "one", confirmation: renewed })).toBe("ready");
});

test("a deletion is bound to the file that was asked about", async () => {
  await using started = await startKiwi(FILES);
  const given: ExecuteArguments = { ...RUN, item_id: "inner", action: "delete" };
  const confirmation = yesTo(await askedOf(started, given, { callId: "gone" }));
  await writeFile(join(started.path, INNER), directiveText("inner", STEPS, SEVERE));
  const request = { arguments: given, callId: "gone", confirmation };
  expect(await codeOf(started, request)).toBe("confirm_required");
});

test("a yes counts in the session that was asked, and in its tenant", async () => {
  await using started = await startKiwi(FILES);
  const origin = { sessionId: "s1", turnId: "t1" };
  const confirmation = await ask(started, { origin });
  expect(await codeOf(started, { callId: "one", confirmation })).toBe("confirm_required");
  const second = await ask(started, { origin, callId: "two" });
  const elsewhere = { sessionId: "s2", turnId: "t1" };
  expect(await codeOf(started, { callId: "two", confirmation: second, origin: elsewhere })).toBe(
    "confirm_required",
  );
  const third = await ask(started, { origin, callId: "three" });
  expect(await codeOf(started, { callId: "three", confirmation: third, origin })).toBe("ready");
});

test("a question runs out, and a tool core that was started anew knows none", async () => {
  let now = Date.now();
  await using folder = await temporaryDirectory();
  const config = { project: folder.path };
  let confirmation: Confirmation;
  {
    await using started = await startKiwi({}, config, { clock: clockOf(() => now) });
    await started.kiwi.api.listItems({ tenant: testTenant("local") });
    for (const [name, text] of [
      ["outer", FILES[OUTER]],
      ["inner", FILES[INNER]],
    ] as const) {
      const parameters = { content: text };
      await started.execute({ arguments: { ...RUN, item_id: name, action: "create", parameters } });
    }
    const late = await ask(started, { callId: "late" });
    now += 11 * 60_000;
    expect(await codeOf(started, { callId: "late", confirmation: late })).toBe("confirm_required");
    confirmation = await ask(started);
  }
  await using restarted = await startKiwi({}, config, { clock: clockOf(() => now) });
  expect(await codeOf(restarted, { callId: "one", confirmation })).toBe("confirm_required");
});
