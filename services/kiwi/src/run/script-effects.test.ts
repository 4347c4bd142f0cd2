import { UNDIVIDED_VERBS } from "@lilux/core/access";
import type { Effect } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";

const script = (effect: Effect): string =>
  `"""Does it."""\n__version__ = "1.0.0"\n__effect__ = "${effect}"\nprint("{}")\n`;
const FILES = {
  "project/.ai/scripts/wipe.py": script("destructive"),
  "project/.ai/scripts/note.py": script("write"),
  "project/.ai/directives/talk.md": directiveText("talk"),
};

// Mutants: the yes asked for first; `includes` of the call's class instead of the item's.
test("a script of a class that its tenant does not let run is refused before anybody is asked, and others are not", async () => {
  await using kiwi = await startKiwi(FILES);
  let calls = 0;
  const run = async (item_id: string, scriptEffects: readonly Effect[] | undefined) => {
    calls += 1;
    const item_type = item_id === "talk" ? ("directive" as const) : ("script" as const);
    const call = { item_type, item_id, action: "run", parameters: {} } as const;
    const request = {
      tenant: testTenant("local"),
      callId: `c${calls}`,
      by: "person" as const,
      arguments: call,
    };
    const of = { tenant: testTenant("local"), person: "p", verbs: UNDIVIDED_VERBS };
    const mandate = {
      ...of,
      settings: { ...(scriptEffects && { scriptEffects: [...scriptEffects] }) },
    };
    for await (const event of kiwi.kiwi.api.execute(request, { mandate })) {
      if (event.type === "result") return event.result;
    }
    throw new Error("no result");
  };
  for (const [id, allowed] of [
    ["wipe", ["read", "write"]],
    ["wipe", []],
    ["note", ["read", "destructive"]],
  ] as const) {
    expect(await errorOf(run(id, allowed))).toMatchObject({
      code: "forbidden",
      details: { setting: "scriptEffects" },
    });
  }
  // Let run, it waits for a yes as it always did.
  for (const allowed of [["destructive"], undefined] as const) {
    expect(await errorOf(run("wipe", allowed))).toMatchObject({ code: "confirm_required" });
  }
  // What is no script is no matter of scripts.
  expect(await run("talk", [])).toMatchObject({ status: "ready" });
});
