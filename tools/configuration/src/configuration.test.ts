import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICES } from "lilux/service-settings";
import { expect, test } from "vitest";
import { buildConfiguration, buildKnownVariables } from "./build-configuration.ts";
import { MADE_UP, OTHER_VARIABLES } from "./other-variables.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const settings = Object.values(SERVICES).flatMap((declared) => Object.values(declared));
const known = new Set([
  ...settings.map(({ variable }) => variable),
  ...OTHER_VARIABLES.map(({ variable }) => variable),
]);

test("the page of settings is what is declared", () => {
  const page = readFileSync(join(ROOT, "docs", "operations", "configuration.md"), "utf8");
  expect(page, "run `npm run docs:configuration`").toBe(buildConfiguration());
});

test("the names that services know are those that are declared", () => {
  const file = readFileSync(join(ROOT, "packages/runtime/src/known-variables.ts"), "utf8");
  expect(file, "run `npm run docs:configuration`").toBe(buildKnownVariables());
});

test("every LILUX_ name in code, set-up, compose and docs is on the page", () => {
  // Not what is recorded of earlier versions.
  const files = [
    "*.ts",
    "*.mjs",
    "*.yml",
    "*.md",
    "*.py",
    "Dockerfile",
    ":!CHANGELOG.md",
    ":!.changeset",
  ];
  const found = execFileSync(
    "git",
    ["grep", "-hoIwE", "LILUX_[A-Z0-9_]*[A-Z0-9]", "--", ...files],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  const unknown = [...new Set(found.trim().split("\n"))].filter(
    (name) => !known.has(name) && !MADE_UP.includes(name),
  );
  expect(unknown).toEqual([]);
});

test("one variable has one meaning: its sentence, its type and what it is called are the same everywhere", () => {
  const meanings = new Map<string, Set<string>>();
  for (const declared of Object.values(SERVICES)) {
    for (const [name, { variable, sentence, schema }] of Object.entries(declared)) {
      const meaning = JSON.stringify([name, sentence, schema]);
      meanings.set(variable, (meanings.get(variable) ?? new Set()).add(meaning));
    }
  }
  const several = [...meanings].filter(([, said]) => said.size > 1).map(([variable]) => variable);
  expect(several).toEqual([]);
});

test("every service has a port of its own for health and metrics, and none is node_exporter's", () => {
  const ports = Object.values(SERVICES).map(({ adminPort }) => adminPort?.defaultValue);
  expect(new Set(ports).size).toBe(ports.length);
  expect(ports).not.toContain(9100);
});

test("the router is told no keys of people or models, only what it is to its neighbours", () => {
  const variables = Object.values(SERVICES["router"] ?? {}).map(({ variable }) => variable);
  const ofNeighbours = ["LILUX_NATS_PASSWORD", "LILUX_REDIS_PASSWORD", "LILUX_KIWI_SECRET"];
  const expected = ofNeighbours.flatMap((variable) => [variable, `${variable}_FILE`]);
  const secrets = variables.filter((variable) => /KEY|SECRET|PASSWORD/.test(variable));
  expect(secrets.sort()).toEqual([...expected, "LILUX_TLS_KEY_FILE"].sort());
});
