import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TenantSettings } from "@lilux/protocol";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const SETTINGS_TEST = "services/gateway/src/gateway-tenant-settings.test.ts";
const POOLS_TEST = "services/orchestrator/src/model/pools/tenant-settings.test.ts";

interface Kept {
  /** Who keeps to it. */
  reader: string;
  test: string;
  /** The guarantee, as the test is named. */
  name: string;
}

/** Whoever declares a setting says here who keeps to it: the type wants each of them. */
const KEPT: Readonly<Record<keyof TenantSettings, Kept>> = {
  approvals: {
    reader: "services/gateway/src/records/tenant-records.ts",
    test: "services/gateway/src/gateway-approvals.test.ts",
    name: "an approver at another gateway sees exactly what is asked and by whom",
  },
  thresholds: {
    reader: "services/gateway/src/predict/tenant-thresholds.ts",
    test: SETTINGS_TEST,
    name: "a tenant's thresholds count for a socket that is open",
  },
  speculation: {
    reader: "services/gateway/src/predict/speculator.ts",
    test: SETTINGS_TEST,
    name: "where a tenant switched reading ahead off nothing is read",
  },
  scriptEffects: {
    reader: "services/kiwi/src/run/prepare-run.ts",
    test: "services/kiwi/src/run/script-effects.test.ts",
    name: "a script of a class that its tenant does not let run is refused",
  },
  scriptPackages: {
    reader: "services/kiwi/src/run/open-script-access.ts",
    test: "services/kiwi/src/run/dependencies.test.ts",
    name: "gives a tenant's scripts no more than its settings name",
  },
  scriptHosts: {
    reader: "services/kiwi/src/run/open-script-access.ts",
    test: "services/kiwi/src/access/network-grants.test.ts",
    name: "is no more than its tenant's settings name, within what the operator lets it reach",
  },
  modelPool: {
    reader: "services/orchestrator/src/turn/run-turn.ts",
    test: POOLS_TEST,
    name: "a tenant that names a pool is answered by it alone",
  },
  adapter: {
    reader: "services/orchestrator/src/turn/run-turn.ts",
    test: POOLS_TEST,
    name: "a tenant's adapter answers where its server has it",
  },
  consent: {
    reader: "services/gateway/src/settings/settings-keeper.ts",
    test: "services/flywheel/src/service.test.ts",
    name: "of a turn no more is kept than its tenant's settings let when it was sent",
  },
  retention: {
    reader: "services/gateway/src/settings/settings-keeper.ts",
    test: "services/gateway/src/settings/settings-keeper.test.ts",
    name: "what is older than a tenant lets it become is deleted",
  },
};

// Mutants: a setting that is declared and not read; a row of the page that is gone.
test.each(Object.keys(TenantSettings.properties) as (keyof TenantSettings)[])(
  "the setting %s has somebody who keeps to it, a test that shows so, and a line in the page for admins",
  (setting) => {
    const { reader, test: file, name } = KEPT[setting];
    // As a field that is read, not as a word of a comment.
    expect(read(reader)).toMatch(new RegExp(`\\.${setting}\\b|\\{[^}]*\\b${setting}\\b[^}]*\\}`));
    expect(read(file)).toContain(name);
    expect(read("docs/tenants.md")).toMatch(new RegExp(`^\\| \`${setting}\` \\|`, "m"));
  },
);
