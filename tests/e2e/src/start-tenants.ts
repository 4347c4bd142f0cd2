import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { temporaryDirectory } from "@lilux/testkit";
import { createEmbedded } from "lilux";

export interface Tenants extends AsyncDisposable {
  url: string;
  /** The tool core's door within the process. */
  api: KiwiApi;
  /** Where the same tool core answers gRPC. */
  grpcAddress: string;
  /** The folder of a tenant's project. */
  folder(tenant: string): string;
  /** Every file of a tenant, by path, as it is now. */
  files(tenant: string): Promise<Record<string, string>>;
  post(path: string, body: unknown, tenant: string): Promise<Answer>;
}

export interface Answer {
  status: number;
  text: string;
  body: Record<string, unknown>;
}

export const keyOf = (tenant: string): string => `key-of-${tenant}`;

export type TenantFiles = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Writes the folders of tenants, and answers the settings that give each its key and its folder. */
export async function writeTenants(
  root: string,
  libraries: TenantFiles,
  under = ".ai",
): Promise<Record<string, string>> {
  for (const [tenant, files] of Object.entries(libraries)) {
    for (const [path, text] of Object.entries(files)) {
      const target = join(root, tenant, under, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
  }
  const hashed = Object.keys(libraries).map(
    (tenant) => `${tenant}=sha256:${createHash("sha256").update(keyOf(tenant)).digest("hex")}`,
  );
  return { LILUX_API_KEYS: hashed.join(","), LILUX_TENANT_ROOT: root };
}

/** A request of a tenant's person over HTTP. */
export async function postAs(
  url: string,
  tenant: string,
  { path, body }: { path: string; body: unknown },
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${keyOf(tenant)}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(90_000),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Answer["body"] };
}

/**
 * All services in this process, with a key and a project folder for each tenant.
 * Files stand in the `.ai` of their tenant's folder unless told.
 */
export async function startTenants(
  libraries: TenantFiles,
  { env = {}, under = ".ai" }: { env?: Record<string, string>; under?: string } = {},
): Promise<Tenants> {
  const root = await temporaryDirectory();
  const folder = (tenant: string): string => join(root.path, "tenants", tenant);
  const settings = await writeTenants(join(root.path, "tenants"), libraries, under);
  await mkdir(join(root.path, "project"), { recursive: true });
  const embedded = createEmbedded({
    logger: createLogger({ service: "e2e", level: "silent" }),
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      ...settings,
      LILUX_PROJECT: join(root.path, "project"),
      LILUX_USER_HOME: join(root.path, "home"),
      LILUX_STATE_DIR: join(root.path, "state"),
      LILUX_EMBEDDINGS_DIR: join(root.path, "cache"),
      LILUX_PACKAGES_DIR: join(root.path, "cache"),
      LILUX_KIWI_LISTEN: "127.0.0.1:0",
      LILUX_DATABASE_URL: `pglite:${join(root.path, "database")}`,
      ...env,
    },
  });
  await embedded.start();
  const url = `http://127.0.0.1:${embedded.address().port}`;
  const kiwi = embedded.services.find(({ name }) => name === "kiwi") as unknown as {
    api: KiwiApi;
    port(): number;
  };
  return {
    url,
    api: kiwi.api,
    grpcAddress: `127.0.0.1:${kiwi.port()}`,
    folder,
    files: (tenant) => readAll(folder(tenant)),
    post: (path, body, tenant) => postAs(url, tenant, { path, body }),
    async [Symbol.asyncDispose]() {
      await embedded.stop();
      await root.remove();
    },
  };
}

/** Every file below a folder, by its path in it. */
export async function readAll(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1)] = await readFile(path, "utf8");
  }
  return files;
}

export function directive(name: string, description: string): string {
  return `# ${name}

\`\`\`xml
<directive name="${name}" version="1.0.0">
  <metadata><description>${description}</description></metadata>
  <process><step name="one"><action>Think of ${description}.</action></step></process>
</directive>
\`\`\`
`;
}
