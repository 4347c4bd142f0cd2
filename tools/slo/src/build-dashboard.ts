import { budgetOf, ratioName, windowsOf } from "./build-rules.ts";
import type { Objective, Objectives } from "./objectives.ts";

const HEIGHT = 7;
const DATASOURCE = { type: "prometheus", uid: ["$", "{datasource}"].join("") };

/** What of each budget is left, and how fast it goes. */
export function buildDashboard(wanted: Objectives) {
  const panels = wanted.objectives.flatMap((objective, row) => [
    budgetPanel(objective, wanted.window, row),
    burnPanel(objective, windowsOf(wanted.burns), row),
  ]);
  return {
    uid: "lilux-budgets",
    title: "Lilux: error budgets",
    tags: ["lilux"],
    schemaVersion: 39,
    timezone: "browser",
    refresh: "1m",
    time: { from: "now-7d", to: "now" },
    annotations: { list: [] },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels: panels.map((panel, id) => Object.assign(panel, { id: id + 1 })),
  };
}

function budgetPanel({ name, promise, target }: Objective, window: string, row: number) {
  return {
    type: "stat",
    title: `${Number((target * 100).toFixed(3))} % ${promise}: budget left of ${window}`,
    datasource: DATASOURCE,
    gridPos: { h: HEIGHT, w: 8, x: 0, y: row * HEIGHT },
    fieldConfig: { defaults: { unit: "percentunit", decimals: 1 }, overrides: [] },
    targets: [{ refId: "A", datasource: DATASOURCE, expr: `lilux:${name}:budget_left` }],
  };
}

function burnPanel(objective: Objective, windows: readonly string[], row: number) {
  return {
    type: "timeseries",
    title: `${objective.says}: times the budget's pace`,
    datasource: DATASOURCE,
    gridPos: { h: HEIGHT, w: 16, x: 8, y: row * HEIGHT },
    fieldConfig: { defaults: { unit: "short", min: 0 }, overrides: [] },
    targets: windows.map((window, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      expr: `${ratioName(objective, window)} / ${budgetOf(objective.target)}`,
      legendFormat: window,
    })),
  };
}
