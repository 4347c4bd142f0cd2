import { createLogger } from "@lilux/runtime";
import { expect, onTestFinished, test } from "vitest";
import { reloadKeysOnHangup } from "./reload-keys-on-hangup.ts";

// Mutant: no handler: the system ends a process that is told SIGHUP and listens to nothing.
test("SIGHUP reads the keys anew, and keys that cannot be used end nothing", () => {
  const before = process.listeners("SIGHUP");
  onTestFinished(() => {
    for (const listener of process.listeners("SIGHUP")) {
      if (!before.includes(listener)) process.off("SIGHUP", listener);
    }
  });
  let reloads = 0;
  const reloadKeys = (): void => {
    reloads += 1;
    if (reloads > 1) throw new Error("no keys");
  };
  reloadKeysOnHangup({ reloadKeys }, createLogger({ service: "test", level: "silent" }));
  expect(process.emit("SIGHUP")).toBe(true);
  expect(process.emit("SIGHUP")).toBe(true);
  expect(reloads).toBe(2);
});
