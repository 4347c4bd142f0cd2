import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { buildAlertmanager } from "./build-alertmanager.ts";
import { buildDashboard } from "./build-dashboard.ts";
import { buildRules, type RuleGroup } from "./build-rules.ts";
import { buildTenantsDashboard } from "./build-tenants-dashboard.ts";
import { buildRuleTests } from "./build-tests.ts";
import { type Objectives, readObjectives } from "./objectives.ts";

export const ROOT = join(import.meta.dirname, "..", "..", "..");
const SOURCE = "deploy/slo/objectives.yml";
export const OBJECTIVES = join(ROOT, SOURCE);
const MADE = `# Made by \`npm run slo\` of ${SOURCE}; a test holds it current.\n`;

/** Every file that is made of the objectives, by its path. */
export function buildFiles(): Record<string, string> {
  const objectives = readObjectives(OBJECTIVES);
  const groups = buildRules(objectives);
  const budgets = `${JSON.stringify(buildDashboard(objectives), null, 2)}\n`;
  const tenants = `${JSON.stringify(buildTenantsDashboard(), null, 2)}\n`;
  return {
    ...ruleFiles(groups, objectives),
    ...testFiles(objectives),
    "deploy/alertmanager/alertmanager.yml": yaml(buildAlertmanager(objectives)),
    "deploy/grafana/dashboards/budgets.json": budgets,
    "deploy/grafana/dashboards/tenants.json": tenants,
    "deploy/k8s/components/monitoring/rules.yaml": yaml({
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: "lilux-objectives", namespace: "lilux" },
      spec: { groups },
    }),
    "deploy/k8s/components/monitoring/dashboards.yaml": yaml({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "lilux-dashboards",
        namespace: "lilux",
        labels: { grafana_dashboard: "1" },
      },
      data: {
        "lilux.json": readFileSync(join(ROOT, "deploy/grafana/dashboards/lilux.json"), "utf8"),
        "lilux-budgets.json": budgets,
        "lilux-tenants.json": tenants,
      },
    }),
  };
}

/** A file for each objective, so that its tests evaluate no other's rules, and one for the rest. */
function ruleFiles(
  groups: readonly RuleGroup[],
  { objectives }: Objectives,
): Record<string, string> {
  const files = objectives.map(({ name }, at) => [name, groups.slice(at, at + 1)] as const);
  const rest = ["alerts", groups.slice(objectives.length)] as const;
  return Object.fromEntries(
    [...files, rest].map(([name, of]) => [
      `deploy/prometheus/rules/${name}.yml`,
      yaml({ groups: of }),
    ]),
  );
}

function testFiles({ objectives, burns }: Objectives): Record<string, string> {
  return Object.fromEntries(
    objectives.flatMap((objective, at) =>
      burns.map((burn) => [
        `deploy/prometheus/tests/generated/${objective.name}-${burn.speed.toLowerCase()}.yml`,
        yaml(buildRuleTests(objective, burn, { withGuards: at === 0 })),
      ]),
    ),
  );
}

function yaml(value: unknown): string {
  return `${MADE}${stringify(value, { lineWidth: 100, aliasDuplicateObjects: false })}`;
}
