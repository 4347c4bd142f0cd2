import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { processSettings, redisSettings } from "./common-settings.ts";
import { natsAddress, redisAddress } from "./credentials.ts";
import { readSettings } from "./read-settings.ts";

const SETTINGS = { ...processSettings(1), ...redisSettings };

test("a password comes from its file, else from its variable, and plain addresses need neither", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "password");
  writeFileSync(file, "from-the-file\n");
  const env = { LILUX_NATS_USER: "router", LILUX_NATS_PASSWORD: "from-the-variable" };
  expect(natsAddress(readSettings(SETTINGS, env))).toMatchObject({ password: "from-the-variable" });
  const both = { ...env, LILUX_NATS_PASSWORD_FILE: file };
  expect(natsAddress(readSettings(SETTINGS, both))).toEqual({
    url: "nats://127.0.0.1:4222",
    user: "router",
    password: "from-the-file",
  });
  expect(redisAddress(readSettings(SETTINGS, {}))).toEqual({
    url: "redis://127.0.0.1:6379",
    user: undefined,
    password: undefined,
  });
});

test("a secret that cannot be used is named by its variable, and its value is not told", async () => {
  await using directory = await temporaryDirectory();
  const read = (env: Record<string, string>) => () => readSettings(SETTINGS, env);
  expect(read({ LILUX_NATS_PASSWORD: "zwölf zeichen" })).toThrow("LILUX_NATS_PASSWORD must");
  expect(read({ LILUX_NATS_PASSWORD: "zwölf zeichen" })).not.toThrow(/zwölf/);
  expect(read({ LILUX_REDIS_PASSWORD_FILE: join(directory.path, "absent") })).toThrow(
    "LILUX_REDIS_PASSWORD_FILE names a file that cannot be read (ENOENT)",
  );
  const file = join(directory.path, "short");
  writeFileSync(file, "short\n");
  expect(read({ LILUX_REDIS_PASSWORD_FILE: file })).toThrow(/LILUX_REDIS_PASSWORD_FILE must name/);
  expect(read({ LILUX_REDIS_PASSWORD_FILE: file })).not.toThrow(/short/);
});
