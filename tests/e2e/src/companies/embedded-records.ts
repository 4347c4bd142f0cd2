import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { eventually } from "@lilux/testkit";
import { createEmbedded, type Embedded } from "lilux";
import { expect, onTestFinished } from "vitest";
import { type Ask, askAt } from "./ask-at.ts";

export const SOON = { withinMs: 120_000 };
export const OPERATOR = "the-operators-key";

/** Where an instance keeps what is its own and its tenants', as its commands are told, too. */
export function placesBelow(root: string): Record<string, string> {
  return {
    LILUX_STATE_DIR: join(root, "state"),
    LILUX_TENANT_ROOT: join(root, "tenants"),
    LILUX_DATABASE_URL: `pglite:${join(root, "database")}`,
  };
}

/** All services in this process, with tenants as records and everything they keep below one folder. */
export async function startWithRecords(root: string): Promise<{ embedded: Embedded; ask: Ask }> {
  await mkdir(join(root, "project"), { recursive: true });
  await mkdir(join(root, "tenants"), { recursive: true });
  const embedded = createEmbedded({
    logger: createLogger({ service: "e2e", level: "silent" }),
    journalDirectory: join(root, "state", "journal"),
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      ...placesBelow(root),
      LILUX_PROJECT: join(root, "project"),
      LILUX_USER_HOME: join(root, "home"),
      LILUX_EMBEDDINGS_DIR: join(root, "state", "embeddings"),
      LILUX_PACKAGES_DIR: join(root, "cache"),
      LILUX_TENANT_RECORDS: "on",
      LILUX_FLYWHEEL: "on",
      LILUX_OPERATOR_KEYS: `ada=sha256:${createHash("sha256").update(OPERATOR).digest("hex")}`,
    },
  });
  await embedded.start();
  onTestFinished(() => embedded.stop());
  return { embedded, ask: patient(askAt(`http://127.0.0.1:${embedded.address().port}`)) };
}

/** An embedded database that works for the first time on busy cores is away for a moment. */
function patient(ask: Ask): Ask {
  return (...asked) =>
    eventually(async () => {
      const answer = await ask(...asked);
      if (answer.status === 503) throw new Error(answer.text);
      return answer;
    }, SOON);
}

/** A key that may everything, of a tenant that is new. */
export async function openTenant(tenant: string, ask: Ask): Promise<string> {
  await eventually(async () => {
    const made = await ask(OPERATOR, "POST", "/v1/admin/tenants", { tenant });
    expect([201, 409]).toContain(made.status);
  }, SOON);
  const scopes = ["predict", "read", "run", "write", "admin", "metrics"];
  const made = await ask(OPERATOR, "POST", `/v1/admin/tenants/${tenant}/keys`, {
    name: "all",
    scopes,
  });
  return (JSON.parse(made.text) as { key: string }).key;
}
