import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const CHOSEN = ["$", "{datasource}"].join("");
const FOLDER = join(import.meta.dirname, "../../../deploy/grafana/dashboards");
const files = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8"));

test("a dashboard asks the Prometheus its reader chose, over a window that fits the scrapes", () => {
  expect(files.length).toBeGreaterThan(0);
  for (const text of files) {
    // Fails when a panel names one installation's data source.
    const uids = [...text.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid);
    expect(uids.filter((uid) => uid === CHOSEN).length).toBeGreaterThan(5);
    expect(uids).not.toContain("prometheus");
    // A rate over a fixed window is empty where scrapes are further apart than half of it.
    expect([...text.matchAll(/rate\([^)]*\[\d+[smh]\]/g)].map(([found]) => found)).toEqual([]);
    expect(JSON.parse(text)).toMatchObject({
      templating: { list: [{ name: "datasource", type: "datasource", query: "prometheus" }] },
    });
  }
});
