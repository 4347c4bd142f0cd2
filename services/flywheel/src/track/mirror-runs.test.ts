import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TrainingRun } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { flywheelConfig } from "../config.ts";
import { mirrorRuns } from "./mirror-runs.ts";
import { createMlflowClient } from "./mlflow-client.ts";

const SOON = { withinMs: 30_000 };
const RUN: TrainingRun = {
  run: "spring",
  kind: "router",
  base: "encoder 0.7.0",
  data: "0123456789abcdef",
  settings: { epochs: 3, "learning rate": 0.1, "odd:key": ["a"], long: "x".repeat(2_000) },
  metrics: { "top-1": 0.91, note: "early stop", broken: null },
  state: "running",
  startedAt: 1_000,
};

interface Asked {
  path: string;
  body: Record<string, unknown>;
  token: string | undefined;
}

/** A server that keeps what it is asked and answers as MLflow does, or with a status that is queued. */
async function startRecorder() {
  const asked: Asked[] = [];
  const statuses: number[] = [];
  const known = { experiment: false, run: false };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = (request.url ?? "").replace("/api/2.0/mlflow/", "").split("?")[0] ?? "";
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Asked["body"];
    asked.push({ path, body, token: request.headers.authorization });
    const answer = (status: number, said: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
    const status = statuses.shift();
    if (status !== undefined) return answer(status, { error_code: "INTERNAL_ERROR" });
    switch (path) {
      case "experiments/get-by-name":
        return known.experiment
          ? answer(200, { experiment: { experiment_id: "7" } })
          : answer(404, { error_code: "RESOURCE_DOES_NOT_EXIST" });
      case "experiments/create":
        known.experiment = true;
        return answer(200, { experiment_id: "7" });
      case "runs/search":
        return answer(200, known.run ? { runs: [{ info: { run_id: "r7" } }] } : {});
      case "runs/create":
        known.run = true;
        return answer(200, { run: { info: { run_id: "r7" } } });
      default:
        return answer(200, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clock = createManualClock();
  const client = createMlflowClient({ url, token: "secret" });
  const logger = createLogger({ service: "test", level: "silent" });
  const mirror = mirrorRuns({ client, clock, logger });
  onTestFinished(async () => mirror.part.stop?.(0));
  return { asked, statuses, clock, mirror, paths: () => asked.map(({ path }) => path) };
}

test("a run is told with its parameters, numbers and tags, once, and what came of it later", async () => {
  const { asked, mirror, paths } = await startRecorder();
  mirror.run(testTenant("acme"), RUN);
  await eventually(() => paths().includes("runs/update"), SOON);
  expect(paths()).toEqual([
    "experiments/get-by-name",
    "experiments/create",
    "runs/search",
    "runs/create",
    "runs/log-batch",
    "runs/update",
  ]);
  expect(asked[1]).toMatchObject({ body: { name: "lilux/acme" }, token: "Bearer secret" });
  expect(asked[3]?.body).toMatchObject({
    experiment_id: "7",
    run_name: "spring",
    start_time: 1_000,
  });
  expect(asked[4]?.body).toMatchObject({
    params: [
      { key: "epochs", value: "3" },
      { key: "learning rate", value: "0.1" },
      { key: "odd_key", value: '["a"]' },
      { key: "long", value: "x".repeat(500) },
    ],
    metrics: [{ key: "top-1", value: 0.91, timestamp: 1_000, step: 0 }],
  });
  expect(JSON.stringify(asked[3]?.body)).toContain("early stop");
  expect(asked[5]?.body).toEqual({ run_id: "r7", status: "RUNNING" });
  mirror.run(testTenant("acme"), {
    ...RUN,
    state: "finished",
    endedAt: 2_000,
    settings: { epochs: 4 },
  });
  mirror.model(testTenant("acme"), "spring", { model: "m1", sha256: "ab", stage: "live" });
  await eventually(() => paths().filter((path) => path === "runs/log-batch").length === 3, SOON);
  expect(paths().slice(6)).toEqual([
    ...["runs/search", "runs/log-batch", "runs/update"],
    ...["runs/search", "runs/log-batch"],
  ]);
  // What it was started with is told once: another value is refused.
  expect(asked[7]?.body).not.toHaveProperty("params");
  expect(asked[8]?.body).toEqual({ run_id: "r7", status: "FINISHED", end_time: 2_000 });
  expect(asked[10]?.body).toMatchObject({
    tags: expect.arrayContaining([{ key: "lilux.model.stage", value: "live" }]),
  });
});

// Mutants: `tell` without its waits; a queue that is not cut.
test("a server that is ill is asked again for a while, one that refuses is not, and the registry never waits", async () => {
  const { statuses, clock, mirror, paths } = await startRecorder();
  statuses.push(500);
  mirror.run(testTenant("acme"), RUN);
  await eventually(() => clock.sleepers(2_000) === 1, SOON);
  expect(paths()).toEqual(["experiments/get-by-name"]);
  for (let more = 0; more < 500; more += 1) {
    mirror.model(testTenant("acme"), "spring", { model: "m1", sha256: "ab", stage: "live" });
  }
  clock.advance(2_000);
  await eventually(() => paths().filter((path) => path === "runs/log-batch").length === 201, SOON);
  statuses.push(400);
  const before = paths().length;
  mirror.run(testTenant("acme"), RUN);
  await eventually(() => paths().length === before + 1, SOON);
  expect(clock.sleepers(2_000)).toBe(0);
});

test("an address that is none of HTTP's is refused at the start, by its variable", () => {
  for (const uri of ["file:/tmp/runs", "sqlite:///runs.db", "databricks", "http://"]) {
    expect(() => flywheelConfig({ MLFLOW_TRACKING_URI: uri }), uri).toThrow(/MLFLOW_TRACKING_URI/);
  }
  expect(flywheelConfig({}).mlflowUrl).toBeUndefined();
});
