import { stringify } from "yaml";
import { buildAlertmanager } from "./build-alertmanager.ts";
import { buildRules, type Rule, type RuleGroup } from "./build-rules.ts";
import type { Objectives } from "./objectives.ts";

export interface Scale {
  /** How many times as fast the clock of these rules runs. */
  factor: number;
  /** Where notifications go: `/page` and `/ticket` of it. */
  webhook: string;
}

/**
 * The same rules and the same routing for a drill that has minutes where they have hours: every range,
 * offset and wait is divided by one factor, and nothing else is changed. Numbers of events stay what
 * they are per unscaled window, so the traffic that they ask for is the same.
 */
export function buildScaledFiles(wanted: Objectives, scale: Scale): Record<string, string> {
  const { factor, webhook } = scale;
  const groups = scaleRules(buildRules(wanted), factor);
  const alertmanager = buildAlertmanager(wanted, (name) => ({
    webhook_configs: [{ url: `${webhook}/${name}`, send_resolved: true }],
  }));
  const { route } = alertmanager;
  const waits = {
    group_wait: scaled(route.group_wait, factor),
    group_interval: scaled(route.group_interval, factor),
    repeat_interval: scaled(route.repeat_interval, factor),
  };
  return {
    "rules.yml": stringify({ groups }),
    "alertmanager.yml": stringify({ ...alertmanager, route: { ...route, ...waits } }),
  };
}

export function scaleRules(groups: readonly RuleGroup[], factor: number): RuleGroup[] {
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => scaleRule(rule, factor)),
  }));
}

function scaleRule(rule: Rule, factor: number): Rule {
  const expr = rule.expr.replaceAll(
    /(\[|offset )(\d+[smhd])/g,
    (_, before: string, duration: string) => `${before}${scaled(duration, factor)}`,
  );
  if ("record" in rule) return { ...rule, expr };
  const keep_firing_for = scaled(rule.keep_firing_for, factor);
  return { ...rule, expr, for: scaled(rule.for, factor), keep_firing_for };
}

function scaled(duration: string, factor: number): string {
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[duration.slice(-1)];
  if (unit === undefined) throw new Error(`${duration} is no duration`);
  const ms = Math.round((Number(duration.slice(0, -1)) * unit) / factor);
  return `${ms}ms`;
}
