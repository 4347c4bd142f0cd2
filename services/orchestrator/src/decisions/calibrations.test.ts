import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UNFITTED } from "@lilux/core/turns";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createCalibrations, readCalibrations, withCalibrations } from "./calibrations.ts";

const OWN = { model: "qwen", form: "token", temperature: 3, routerWeight: 0.5, lines: 90 } as const;

test("what was fitted counts for that model and form alone, and every other one is doubted", () => {
  const { of } = createCalibrations([OWN]);
  expect(of("qwen", "token")).toMatchObject({ temperature: 3, routerWeight: 0.5 });
  expect(of("qwen", "decisions")).toEqual(UNFITTED.decisions);
  expect(of("other", "token")).toEqual(UNFITTED.token);
});

test("a model that is fitted again has its newest fit, and others keep theirs", () => {
  const other = { ...OWN, model: "other" };
  const again = { ...OWN, temperature: 2 };
  expect(withCalibrations([OWN, other], [again])).toEqual({ calibrations: [other, again] });
});

test("a file that is none says what is wrong and how one is made", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "calibrations.json");
  expect(() => readCalibrations(file)).toThrow(/cannot be read.*lilux eval decisions --write/);
  await writeFile(file, JSON.stringify({ calibrations: [{ ...OWN, temperature: 0 }] }));
  expect(() => readCalibrations(file)).toThrow(/calibrations\.0\.temperature/);
});
