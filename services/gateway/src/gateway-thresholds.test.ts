import { subjects } from "@lilux/bus";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

// Mutants: `createTenantThresholds` that answers its own; `Math.max` without the floor.
test("a tenant's own bar of acting counts from the next key on, and never below the floor", async () => {
  const gateway = await startForTest({
    route: (request) =>
      predictionOf(request, [searchFor("look", request.text.startsWith("sure") ? 0.8 : 0.65)]),
  });
  const client = await openSession({ port: gateway.port });
  let seq = 0;
  const effectOf = async (line: string) => {
    seq += 1;
    client.send({ type: "keystroke", seq, text: `${line} ${seq}` });
    const { enter } = await client.next(
      "prediction",
      (frame) => frame.seq === seq && frame.enter !== undefined,
    );
    return enter?.does;
  };
  const deploy = async (revision: number, thresholds?: { act: number }) => {
    const told = thresholds === undefined ? {} : { thresholds };
    const body = { tenant: "local", revision, ...told };
    const subject = subjects.deployment(testTenant("local"));
    await gateway.bus.append("DEPLOYMENTS", subject, body, { id: `d${revision}` });
    gateway.bus.publish(subjects.deployed(testTenant("local")), { revision });
  };
  expect(await effectOf("sure")).toBe("verify");
  await deploy(1, { act: 0.75 });
  await eventually(async () => expect(await effectOf("sure")).toBe("run"), { withinMs: 20_000 });
  expect(await effectOf("doubtful")).toBe("verify");
  await deploy(2, { act: 0.1 });
  await deploy(3, { act: 0.82 });
  await eventually(async () => expect(await effectOf("sure")).toBe("verify"), { withinMs: 20_000 });
  await deploy(4, { act: 0.1 });
  await eventually(async () => expect(await effectOf("sure")).toBe("run"), { withinMs: 20_000 });
  expect(await effectOf("doubtful")).toBe("verify");
  await deploy(5);
  await eventually(async () => expect(await effectOf("sure")).toBe("verify"), { withinMs: 20_000 });
});
