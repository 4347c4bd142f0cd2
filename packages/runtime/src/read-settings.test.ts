import { Type } from "typebox";
import { expect, test } from "vitest";
import { readSettings } from "./read-settings.ts";

const Settings = Type.Object({
  LILUX_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  LILUX_LLM_API_KEY: Type.Optional(Type.String({ minLength: 8 })),
  LILUX_VERBOSE: Type.Boolean({ default: false }),
});

test("variables become typed values, and an empty one is the default", () => {
  const settings = readSettings(Settings, { LILUX_PORT: "9000", LILUX_VERBOSE: "" });
  expect(settings).toEqual({ LILUX_PORT: 9000, LILUX_VERBOSE: false });
});

test("every problem is reported at once by name, and never a value", () => {
  const read = () => readSettings(Settings, { LILUX_PORT: "99999", LILUX_LLM_API_KEY: "s3cret" });
  expect(read).toThrow(/LILUX_PORT.*\n.*LILUX_LLM_API_KEY/);
  expect(read).not.toThrow(/s3cret|99999/);
});
