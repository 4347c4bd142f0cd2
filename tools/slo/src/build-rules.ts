import type { Alert, Burn, Objective, Objectives } from "./objectives.ts";

/** A rule as Prometheus reads it. */
export type Rule =
  | { record: string; expr: string }
  | {
      alert: string;
      expr: string;
      for: string;
      keep_firing_for: string;
      labels: Record<string, string>;
      annotations: { summary: string; runbook: string };
    };

export interface RuleGroup {
  name: string;
  rules: Rule[];
}

/** What stops for a moment has not ended: one trouble is one notification. */
const KEEP_FIRING = "10m";
/** A service that is away comes back before those who miss it know: their page must not outlive its own. */
const KEEP_ABSENT_FIRING = "12m";

/** Everything that Prometheus evaluates, made of the objectives. */
export function buildRules(wanted: Objectives): RuleGroup[] {
  const { objectives, burns, records, causes, alerts } = wanted;
  return [
    ...objectives.map((objective) => ({
      name: `lilux-${objective.name.replaceAll("_", "-")}`,
      rules: [
        ...windowsOf(burns).map((window) => ratio(objective, window)),
        budgetLeft(objective, wanted.window),
        ...burns.map((burn) => burnAlert(objective, burn)),
        unmeasured(objective),
      ],
    })),
    { name: "lilux-records", rules: records.map(({ record, expr }) => ({ record, expr })) },
    {
      name: "lilux-causes",
      rules: [
        ...causes.map(plainAlert),
        ...wanted.services.map((service) => absentService(service, wanted.absentFor)),
      ],
    },
    {
      name: "lilux-alerts",
      rules: alerts.map((alert) => {
        const { expr, hushed } = alert;
        if (hushed === undefined) return plainAlert(alert);
        return plainAlert({ ...alert, expr: `${expr} ${unlessCaused(hushed.by, hushed.for)}` });
      }),
    },
  ];
}

const ABSENT = "LiluxServiceAbsent";

/**
 * What a cause does to objectives is seen for as long after it as their window is: Alertmanager
 * cannot silence it that long, since it forgets a cause that has ended.
 */
function unlessCaused(causes: readonly string[], window: string): string {
  const told = `ALERTS{cause=~"${causes.join("|")}",alertstate="firing"}`;
  return `unless on () count(max_over_time(${told}[${window}])) > 0`;
}

export function ratioName({ name }: Objective, window: string): string {
  return `lilux:${name}_bad:ratio_rate${window}`;
}

/** Shortest first. */
export function windowsOf(burns: readonly Burn[]): string[] {
  const windows = new Set(burns.flatMap(({ long, short }) => [short, long]));
  return [...windows].sort((a, b) => minutesOf(a) - minutesOf(b));
}

export function minutesOf(duration: string): number {
  const unit = { m: 1, h: 60, d: 1_440 }[duration.slice(-1)] ?? Number.NaN;
  return Number(duration.slice(0, -1)) * unit;
}

function over(expression: string, window: string): string {
  return expression.replaceAll("WINDOW", window);
}

function ratio(objective: Objective, window: string): Rule {
  const { bad, total } = objective;
  return {
    record: ratioName(objective, window),
    expr: `(${over(bad, window)}) / ((${over(total, window)}) > 0)`,
  };
}

function budgetLeft(objective: Objective, window: string): Rule {
  const { name, bad, total, target } = objective;
  return {
    record: `lilux:${name}:budget_left`,
    expr: `1 - (${over(bad, window)}) / ((${over(total, window)}) > 0) / ${budgetOf(target)}`,
  };
}

/** 1 % as 0.01, not as 0.010000000000000009. */
export function budgetOf(target: number): number {
  return Number((1 - target).toFixed(6));
}

function burnAlert(objective: Objective, burn: Burn): Rule {
  const { alert, name, says, target, least, total, service, runbook } = objective;
  const { speed, factor, long, short, severity, gone } = burn;
  const burns = (window: string): string =>
    `${ratioName(objective, window)} > ${factor} * ${budgetOf(target)}`;
  const enough = `(${over(total, long)}) * ${minutesOf(long) * 60} >= ${least}`;
  return {
    alert: `${alert}Burn${speed}`,
    expr: `${burns(long)} and ${burns(short)} and ${enough} and on () ${watched(service, burn)} ${unlessCaused(objective.causedBy, short)}`,
    for: burn.for,
    keep_firing_for: KEEP_FIRING,
    labels: { severity, objective: name, burn: speed.toLowerCase() },
    annotations: { summary: `${says}; ${gone} at this pace.`, runbook },
  };
}

/** That the service was watched so long ago, in a stretch that a restart of Prometheus does not fill. */
function watched(service: string, { long, seen }: Burn): string {
  const stretch = Math.max(5, minutesOf(long) / 10);
  return `count(max_over_time(up{job="lilux",service="${service}"}[${stretch}m] offset ${seen})) > 0`;
}

/** A metric that was renamed would alarm nobody ever again. */
function unmeasured({ alert, name, metric, service, runbook }: Objective): Rule {
  return {
    alert: `${alert}Unmeasured`,
    expr: `count(up{job="lilux",service="${service}"} == 1) > 0 unless on () count(${metric}) > 0`,
    for: "10m",
    keep_firing_for: KEEP_FIRING,
    labels: { severity: "ticket", objective: name },
    annotations: { summary: `Nothing measures the objective ${name}.`, runbook },
  };
}

function absentService(service: string, after: string): Rule {
  return {
    alert: ABSENT,
    expr: `absent(up{job="lilux",service="${service}"})`,
    for: after,
    keep_firing_for: KEEP_ABSENT_FIRING,
    labels: { severity: "page", cause: service },
    annotations: {
      summary: `Prometheus knows no ${service}: nothing of it alarms.`,
      runbook: "docs/operations/runbook-dependencies.md",
    },
  };
}

function plainAlert({
  alert,
  expr,
  for: after,
  keep,
  severity,
  cause,
  says,
  runbook,
}: Alert): Rule {
  return {
    alert,
    expr,
    for: after,
    keep_firing_for: keep ?? KEEP_FIRING,
    labels: cause === undefined ? { severity } : { severity, cause },
    annotations: { summary: says, runbook },
  };
}
