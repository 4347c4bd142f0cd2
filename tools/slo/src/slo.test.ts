import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildFiles, ROOT } from "./build-files.ts";
import { buildRules, type RuleGroup } from "./build-rules.ts";
import { readObjectives } from "./objectives.ts";

const objectives = readObjectives(join(ROOT, "deploy/slo/objectives.yml"));
const rules: RuleGroup["rules"] = buildRules(objectives).flatMap((group) => group.rules);
const alerts = rules.filter((rule) => "alert" in rule);

test("what is made of the objectives is as they are now", () => {
  for (const [path, text] of Object.entries(buildFiles())) {
    expect(readFileSync(join(ROOT, path), "utf8"), `${path}: run \`npm run slo\``).toBe(text);
  }
});

test("every alert goes on for ten minutes, says who is woken, and names a runbook that is there", () => {
  const wrong = alerts.filter(
    ({ keep_firing_for: kept, labels, annotations }) =>
      kept !== "10m" ||
      !["page", "ticket"].includes(labels["severity"] ?? "") ||
      annotations.summary === "" ||
      !existsSync(join(ROOT, annotations.runbook)),
  );
  expect(wrong).toEqual([]);
  expect(alerts.length).toBeGreaterThan(30);
});

test("every burn asks for enough events, and for a service that was watched long enough", () => {
  const burns = alerts.filter(({ labels }) => labels["burn"] !== undefined);
  expect(burns.length).toBe(objectives.objectives.length * objectives.burns.length);
  expect(
    burns.filter(({ expr }) => !/ >= \d+ and on \(\) count\(max_over_time\(up/.test(expr)),
  ).toEqual([]);
});

test("every service that is watched has an absent twin", () => {
  const absent = alerts.filter(({ alert }) => alert === "LiluxServiceAbsent");
  const scraped = readFileSync(join(ROOT, "deploy/prometheus/prometheus.yml"), "utf8");
  const services = [...scraped.matchAll(/service: ([a-z-]+)/g)].map(([, name]) => name);
  expect(absent.map(({ labels }) => labels["cause"]).sort()).toEqual(services.sort());
});
