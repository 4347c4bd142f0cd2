import { metricProblems } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createAdminServer } from "./create-admin-server.ts";

test("a process tells of itself in names as promtool would have them", async () => {
  // Fails when what prom-client collects of Node is told as it is.
  const server = createAdminServer({ host: "127.0.0.1", port: 0, services: [] });
  await server.start();
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port()}/metrics`);
    const text = await answer.text();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, a, b]) => [a, b]));
    const helped = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)];
    const metrics = helped.map(([, name = "", help = ""]) => {
      return { name, help, type: types.get(name), values: [] };
    });
    expect(metrics.length).toBeGreaterThan(15);
    expect(metricProblems(metrics)).toEqual([]);
  } finally {
    await server.stop();
  }
});
