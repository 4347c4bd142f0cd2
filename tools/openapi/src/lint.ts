// Part of `npm run check`: what two linters of OpenAPI say of docs/openapi.json, all of their
// recommended rules. Fails when either says anything.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";

const FILE = join(import.meta.dirname, "..", "..", "..", "docs", "openapi.json");
const text = readFileSync(FILE, "utf8");

async function redocly(): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: text, absoluteRef: FILE, config });
  return problems.map(
    ({ ruleId, message, location }) =>
      `redocly ${ruleId}: ${message} ${location[0]?.pointer ?? ""}`,
  );
}

async function spectralSays(): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [[rulesets.oas as never, "recommended"]] });
  const problems = await linter.run(new spectral.Document(text, parsers.Json, FILE));
  return problems.map(
    ({ code, message, path }) => `spectral ${code}: ${message} ${path.join("/")}`,
  );
}

const problems = [...(await redocly()), ...(await spectralSays())];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
