import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LibraryRecord } from "@lilux/protocol";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { type Running, startMode } from "../start-mode.ts";
import { type Ask, askAt } from "./ask-at.ts";
import { type Company, foundCompany } from "./company.ts";
import { type GitServer, serveGit } from "./serve-git.ts";

/** Never waited for in a good run: a bound for a busy machine. */
export const PATIENT = { withinMs: 180_000, everyMs: 100 };

export interface TwoCompanies extends AsyncDisposable {
  running: Running;
  /** Everything of the server and the companies, but for the state of the server. */
  root: string;
  git: GitServer;
  one: Company;
  other: Company;
  operator: string;
  ask: Ask;
}

/** One distributed instance, with certificates inside, and two companies in it that know nothing of each other. */
export async function startTwoCompanies(env: Record<string, string> = {}): Promise<TwoCompanies> {
  const root = await temporaryDirectory();
  const operator = randomBytes(24).toString("base64url");
  const one = await foundCompany(root.path, {
    name: "harbour",
    items: { tide_table: "When the water comes and goes" },
  });
  const other = await foundCompany(root.path, {
    name: "weavers",
    items: { loom_pattern: "Which threads cross which" },
  });
  const companies = [one, other];
  const repositories = companies.map(({ name, origin, repositoryToken }) => [
    name,
    { folder: origin.folder, token: repositoryToken },
  ]);
  const git = await serveGit(Object.fromEntries(repositories));
  const secrets = join(root.path, "secrets");
  for (const { name, repositoryToken } of companies) {
    await mkdir(join(secrets, name), { recursive: true });
    await writeFile(join(secrets, name, "repository"), repositoryToken, { mode: 0o600 });
  }
  for (const folder of ["project", "tenants"]) await mkdir(join(root.path, folder));
  const running = await startMode("distributed", {
    project: join(root.path, "project"),
    env: {
      LILUX_TENANT_RECORDS: "on",
      LILUX_TENANT_ROOT: join(root.path, "tenants"),
      LILUX_LIBRARY_SECRETS: secrets,
      LILUX_GIT_ALLOW: "private,http",
      LILUX_SIGN_IN_ADDRESSES: "any",
      LILUX_OPERATOR_KEYS: `ada=sha256:${createHash("sha256").update(operator).digest("hex")}`,
      ...env,
    },
  });
  const ask = askAt(running.url);
  for (const company of companies) await open(company, { ask, operator, git });
  return {
    running,
    root: root.path,
    git,
    one,
    other,
    operator,
    ask,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await git.close();
      for (const { provider } of companies) await provider.close();
      await root.remove();
    },
  };
}

type Door = Pick<TwoCompanies, "ask" | "operator" | "git">;

/** What the operator does for a company that bought seats: a record, where it signs in, where its library lives. */
async function open({ name, provider }: Company, { ask, operator, git }: Door): Promise<void> {
  const path = `/v1/admin/tenants/${name}`;
  const settings = { approvals: { destructive: "second-person" } };
  await eventually(async () => {
    const made = await ask(operator, "POST", "/v1/admin/tenants", { tenant: name, settings });
    if (made.status !== 201 && made.status !== 409) throw new Error(made.text);
  }, PATIENT);
  const { issuer, jwksUrl } = provider;
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  const known = await ask(operator, "PATCH", path, { signIn });
  if (known.status !== 200) throw new Error(known.text);
  const place = {
    kind: "git",
    url: git.url(name),
    branch: "main",
    signIn: { kind: "token", secret: "repository" },
  };
  await eventually(async () => {
    const moved = await ask(operator, "PUT", `${path}/library`, { place, adopt: true });
    if (moved.status !== 202) throw new Error(moved.text);
  }, PATIENT);
  await eventually(async () => {
    const { body, text } = await ask(operator, "GET", `${path}/library`);
    const { place: at, state } = body as unknown as LibraryRecord;
    if (at.kind !== "git" || state !== "ready") throw new Error(text);
  }, PATIENT);
}
