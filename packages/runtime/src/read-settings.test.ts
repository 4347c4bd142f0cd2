import { Type } from "typebox";
import { expect, test } from "vitest";
import { readAddress } from "./read-address.ts";
import { readSettings } from "./read-settings.ts";
import { setting } from "./settings.ts";

const SETTINGS = {
  port: setting("LILUX_PORT", "A port.", Type.Integer({ minimum: 0, maximum: 65_535 }), {
    default: 8080,
  }),
  apiKey: setting("LILUX_LLM_API_KEY", "A secret.", Type.String({ minLength: 8 })),
  verbose: setting("LILUX_VERBOSE", "More words.", Type.Boolean(), { default: false }),
  listen: setting("LILUX_LISTEN", "Where.", Type.String(), {
    read: (text) => readAddress(text, "127.0.0.1:7001"),
  }),
};

test("variables become typed values under the names of the program, and an empty one is the default", () => {
  const env = { LILUX_PORT: " 9000 ", LILUX_VERBOSE: "", LILUX_LISTEN: "[::1]:7" };
  const settings = readSettings(SETTINGS, env);
  const port: number = settings.port;
  const apiKey: string | undefined = settings.apiKey;
  expect({ port, apiKey }).toEqual({ port: 9000, apiKey: undefined });
  expect(settings).toMatchObject({ verbose: false, listen: { host: "::1", port: 7 } });
});

test("every problem is reported at once by name, also of what is read further, and never a value", () => {
  const env = { LILUX_PORT: "99999", LILUX_LLM_API_KEY: "s3cret", LILUX_LISTEN: "hunter2" };
  const read = () => readSettings(SETTINGS, env);
  expect(read).toThrow(/LILUX_PORT.*\n.*LILUX_LLM_API_KEY.*\n.*LILUX_LISTEN must be host:port/);
  expect(read).not.toThrow(/s3cret|99999|hunter2/);
});

test.each(["", ":", "host", "host:", "host:x", "host:70000", "host:-1", "7001"])(
  "%j is no address to listen on",
  (text) => {
    expect(() => readAddress(text, "127.0.0.1:7001")).toThrow("must be host:port");
  },
);

test("an address without a host is every address of the machine", () => {
  expect(readAddress(":7002", "127.0.0.1:7002")).toEqual({ host: "0.0.0.0", port: 7002 });
});
