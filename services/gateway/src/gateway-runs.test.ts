import { LiluxError, type ReadArtifactRequest, type RecallRunRequest } from "@lilux/protocol";
import { expect, test } from "vitest";
import { startForTest } from "./testing/start-for-test.ts";

const RESULT = {
  status: "success",
  item_type: "script",
  item_id: "tides",
  action: "run",
  data: { rows: [1, 2] },
  metadata: { durationMs: 1 },
} as const;

// Mutants: the loop of `partsOf` ends after one part; the type is told from the name.
test("a run's result and its files are read over REST, whole, and never as a page", async () => {
  const asked: (RecallRunRequest | ReadArtifactRequest)[] = [];
  const content = Buffer.from("<svg onload=alert(1)></svg>".repeat(3));
  const gateway = await startForTest({
    kiwi: {
      async recallRun(request) {
        asked.push(request);
        if (request.callId !== "c/1") throw new LiluxError("not_found");
        return RESULT;
      },
      async readArtifact(request) {
        asked.push(request);
        if (request.name !== "plots/a chart.svg") throw new LiluxError("not_found");
        const part = content.subarray(request.offset, request.offset + 10);
        return { bytes: content.length, content: part.toString("base64") };
      },
    },
  });
  const url = `http://127.0.0.1:${gateway.port}/v1/runs/c%2F1`;
  expect(await (await fetch(url)).json()).toEqual(RESULT);
  const file = await fetch(`${url}/artifacts/plots%2Fa%20chart.svg`);
  expect(Buffer.from(await file.arrayBuffer())).toEqual(content);
  expect(file.headers.get("content-type")).toBe("application/octet-stream");
  expect(file.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''a%20chart.svg",
  );
  expect((await fetch(`${url}/artifacts/other.csv`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${gateway.port}/v1/runs/c2`)).status).toBe(404);
  expect(asked.every(({ tenant, callId }) => tenant === "local" && callId.startsWith("c"))).toBe(
    true,
  );
});
