// Writes anew what is made of declarations: the page of settings, the names that
// services know, and who may do what in the servers of deploy/. Run it after a
// change of any.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildConfiguration, buildKnownVariables } from "./build-configuration.ts";
import {
  deployedNatsUsers,
  deployedRedisStart,
  deployedServerFiles,
} from "./build-deployed-users.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FILES = {
  "docs/operations/configuration.md": buildConfiguration(),
  "packages/runtime/src/known-variables.ts": buildKnownVariables(),
  "deploy/nats/users.conf": deployedNatsUsers(),
  "deploy/redis/start.sh": deployedRedisStart(),
  "deploy/k8s/base/servers.yaml": deployedServerFiles(
    readFileSync(join(ROOT, "deploy/nats/nats.conf"), "utf8"),
  ),
};
for (const [path, text] of Object.entries(FILES)) {
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`wrote ${path}\n`);
}
