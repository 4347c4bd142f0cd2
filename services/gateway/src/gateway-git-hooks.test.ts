import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { HOOKS_A_MINUTE_MAX } from "./admit/hook-bounds.ts";
import { startForTest } from "./testing/start-for-test.ts";

// Mutants: the address left out of what is counted; a push whose signature was bad counts as a good one.
test("pushes that nobody signed are refused sooner than looked at, and say when to come again", async () => {
  let looks = 0;
  let now = 0;
  const { http } = await startForTest({
    clock: { unix: () => now },
    kiwi: {
      async library({ ask }) {
        if (ask.kind === "pushed" && ask.signature !== "sha256=good") {
          throw new LiluxError("unauthenticated");
        }
        looks += 1;
        return { place: { kind: "folder" }, state: "ready" };
      },
    },
  });
  const push = (signature?: string) =>
    fetch(`${http}/v1/hooks/git/acme`, {
      method: "POST",
      body: "{}",
      headers: signature === undefined ? {} : { "x-hub-signature-256": signature },
    });
  for (let n = 1; n < HOOKS_A_MINUTE_MAX; n += 1) {
    expect((await push("sha256=good")).status).toBe(204);
  }
  for (let n = 0; n < HOOKS_A_MINUTE_MAX; n += 1) {
    expect((await push(n % 2 === 0 ? undefined : "sha256=bad")).status).toBe(401);
  }
  const refused = await push("sha256=bad");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  now += 60_000;
  expect((await push("sha256=good")).status).toBe(204);
  expect(looks).toBe(HOOKS_A_MINUTE_MAX);
});
