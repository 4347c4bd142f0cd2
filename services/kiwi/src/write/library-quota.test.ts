import { expect, test } from "vitest";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";

// Mutants: `>` for `>=`; the quota looked at for an item that is there already.
test("a library that holds as many items as it may takes no new one, says what to do, and lets what it has be changed", async () => {
  const files = { "project/.ai/directives/first.md": directiveText("first") };
  await using started = await startKiwi(files, { itemsMax: 2 });
  const write = (action: "create" | "update", item_id: string) =>
    started.execute({
      arguments: {
        item_type: "directive",
        item_id,
        action,
        parameters: action === "create" ? {} : { description: "Another." },
      },
    });
  await write("create", "second");
  const error = await errorOf(write("create", "third"));
  expect(error).toMatchObject({ code: "storage_full", details: { limit: "items", max: 2 } });
  expect(error.message).toContain("Delete some");
  expect((await write("update", "second")).result.status).toBe("success");
});
