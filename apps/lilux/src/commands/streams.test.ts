import { connectNatsBus, subjects } from "@lilux/bus";
import { describeWithServer, startNatsServer, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";

const UNHURRIED_MS = 30_000;

async function instance() {
  const server = await startNatsServer({ owned: true });
  const bus = await connectNatsBus({ url: server.url, name: "test" });
  onTestFinished(async () => {
    await bus.drain();
    await server.stop();
  });
  const lilux = (...args: string[]) =>
    runCommand(["streams", ...args], { LILUX_NATS_URL: server.url });
  return { bus, lilux };
}

describeWithServer("lilux streams", "nats", () => {
  // Mutant: `bytesMax < has` in `grow`, which then takes the same again.
  test("a stream is shown with what it may hold, grows, and never shrinks", async () => {
    const { lilux } = await instance();
    expect((await lilux("show")).out).toMatch(/TURNS\s+0 messages, 0 of 1073741824 bytes/);
    const { code, out } = await lilux("grow", "TURNS", "1280MiB");
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("1342177280") });
    for (const size of ["1280MiB", "1GiB", "none", "0"]) {
      expect((await lilux("grow", "TURNS", size)).code).not.toBe(0);
    }
    expect((await lilux("grow", "TURN", "2GiB")).err).toContain("INTERACTIONS");
    expect((await lilux("show")).out).toContain("of 1342177280 bytes");
  }, 60_000);

  test("what is stored is counted, and a turn that may be running is not said to have no end", async () => {
    const { bus, lilux } = await instance();
    const append = { deadlineMs: UNHURRIED_MS };
    for (const turnId of ["t1", "t2"]) {
      await bus.append(
        "TURNS",
        subjects.turn(testTenant("acme"), "s"),
        {},
        { ...append, id: `s:${turnId}` },
      );
    }
    const interaction = { ...append, id: "s:t1:turn" };
    await bus.append("INTERACTIONS", subjects.interaction(testTenant("acme")), {}, interaction);
    const { code, out } = await lilux("unended", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ accepted: 2, unended: [] });
    expect((await runCommand(["streams", "unended"], { LILUX_NATS_URL: "" })).err).toContain(
      "LILUX_NATS_URL",
    );
  }, 60_000);
});
