import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildAlertmanager } from "./build-alertmanager.ts";
import { buildFiles, ROOT } from "./build-files.ts";
import { buildRules, type RuleGroup } from "./build-rules.ts";
import { readObjectives } from "./objectives.ts";
import { scaleRules } from "./scale-rules.ts";

const objectives = readObjectives(join(ROOT, "deploy/slo/objectives.yml"));
const rules: RuleGroup["rules"] = buildRules(objectives).flatMap((group) => group.rules);
const alerts = rules.filter((rule) => "alert" in rule);

test("what is made of the objectives is as they are now", () => {
  for (const [path, text] of Object.entries(buildFiles())) {
    expect(readFileSync(join(ROOT, path), "utf8"), `${path}: run \`npm run slo\``).toBe(text);
  }
});

test("every alert goes on for ten minutes or twelve, says who is woken, and names a runbook that is there", () => {
  const wrong = alerts.filter(
    ({ keep_firing_for: kept, labels, annotations }) =>
      !["10m", "12m"].includes(kept) ||
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

// Mutant: a scale that leaves `offset` as it is.
test("rules for a drill are the same rules with every range and wait divided, and nothing else changed", () => {
  const groups = buildRules(objectives);
  const scaled = scaleRules(groups, 12).flatMap((group) => group.rules);
  const durations = /(?<=\[|offset )(\d+)(ms|[smhd])/g;
  expect(scaled.map(({ expr }) => expr.replaceAll(durations, "R"))).toEqual(
    rules.map(({ expr }) => expr.replaceAll(durations, "R")),
  );
  const fast = scaled.find((rule) => "alert" in rule && rule.alert === "LiluxKeystrokesBurnFast");
  expect(fast).toMatchObject({ for: "10000ms", keep_firing_for: "50000ms" });
  expect(fast?.expr).toContain("[30000ms] offset 20000ms");
});

test("an effect is hushed by its own causes only, in the rule and in Alertmanager alike", () => {
  const { inhibit_rules } = buildAlertmanager(objectives);
  for (const { name, causedBy } of objectives.objectives) {
    const matchers = [`cause=~"${causedBy.join("|")}"`];
    expect(inhibit_rules).toContainEqual({
      source_matchers: matchers,
      target_matchers: [`objective="${name}"`],
    });
    const burns = alerts.filter(({ labels }) => labels["objective"] === name && labels["burn"]);
    expect(
      burns.every(({ expr }) =>
        expr.includes(`unless on () count(max_over_time(ALERTS{${matchers}`),
      ),
    ).toBe(true);
  }
});
