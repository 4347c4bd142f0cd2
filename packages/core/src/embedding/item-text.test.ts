import { expect, it } from "vitest";
import { itemTextOf } from "./item-text.ts";

it("writes an item as training does, and leaves out what is empty", () => {
  const item = {
    item_type: "directive" as const,
    name: "deploy_to-staging/now",
    description: "Ships the build. ",
    inputs: [{ name: "branch" }, { name: "tag" }],
    tags: ["release", "ops"],
  };
  expect(itemTextOf(item)).toBe(
    "directive: deploy to staging now. Ships the build. inputs: branch, tag. tags: release, ops",
  );
  expect(itemTextOf({ ...item, description: "", inputs: [], tags: [] })).toBe(
    "directive: deploy to staging now",
  );
});
