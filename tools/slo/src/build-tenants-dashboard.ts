const HEIGHT = 8;
const DATASOURCE = { type: "prometheus", uid: ["$", "{datasource}"].join("") };

interface Question {
  title: string;
  description: string;
  unit: string;
  expr: string;
}

const BAD = 'outcome=~"late|unavailable"';
const FAILED = 'outcome=~"failed|interrupted"';

/** The same promises, tenant by tenant: whose people wait, whose turns fail, who takes what. */
const QUESTIONS: readonly Question[] = [
  {
    title: "Keystrokes",
    description: "Of the 50 tenants with the most lately; the others together.",
    unit: "reqps",
    expr: "sum by (tenant) (rate(lilux_gateway_tenant_keystrokes_total[$__rate_interval]))",
  },
  {
    title: "Keystrokes late or unanswered",
    description: "Share of those that were not superseded.",
    unit: "percentunit",
    expr: `(sum by (tenant) (rate(lilux_gateway_tenant_keystrokes_total{${BAD}}[$__rate_interval])) or sum by (tenant) (rate(lilux_gateway_tenant_keystrokes_total[$__rate_interval])) * 0) / (sum by (tenant) (rate(lilux_gateway_tenant_keystrokes_total[$__rate_interval])) > 0)`,
  },
  {
    title: "Time to a prediction, on average",
    description: "From keystroke to prediction.",
    unit: "s",
    expr: "sum by (tenant) (rate(lilux_gateway_tenant_keystroke_seconds_total[$__rate_interval])) / (sum by (tenant) (rate(lilux_gateway_tenant_keystrokes_total[$__rate_interval])) > 0)",
  },
  {
    title: "Turns",
    description: "Ended, of any outcome.",
    unit: "reqps",
    expr: "sum by (tenant) (rate(lilux_gateway_tenant_turns_total[$__rate_interval]))",
  },
  {
    title: "Turns that failed or were interrupted",
    description: "Share of those that ended.",
    unit: "percentunit",
    expr: `(sum by (tenant) (rate(lilux_gateway_tenant_turns_total{${FAILED}}[$__rate_interval])) or sum by (tenant) (rate(lilux_gateway_tenant_turns_total[$__rate_interval])) * 0) / (sum by (tenant) (rate(lilux_gateway_tenant_turns_total[$__rate_interval])) > 0)`,
  },
  {
    title: "Tokens of language models",
    description: "Prompt and completion.",
    unit: "short",
    expr: "sum by (tenant, kind) (rate(lilux_orchestrator_tenant_tokens_total[$__rate_interval]))",
  },
];

export function buildTenantsDashboard() {
  return {
    uid: "lilux-tenants",
    title: "Lilux: tenants",
    tags: ["lilux"],
    schemaVersion: 39,
    timezone: "browser",
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    annotations: { list: [] },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels: QUESTIONS.map(({ title, description, unit, expr }, at) => ({
      id: at + 1,
      type: "timeseries",
      title,
      description,
      datasource: DATASOURCE,
      gridPos: { h: HEIGHT, w: 12, x: 12 * (at % 2), y: HEIGHT * Math.floor(at / 2) },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: [{ refId: "A", datasource: DATASOURCE, expr, legendFormat: legendOf(expr) }],
    })),
  };
}

function legendOf(expr: string): string {
  return expr.startsWith("sum by (tenant, kind)") ? "{{tenant}} {{kind}}" : "{{tenant}}";
}
