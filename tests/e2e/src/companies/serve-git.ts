import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveLocally } from "@lilux/testkit";

export interface GitServer {
  /** The address of the repository of that company. */
  url(company: string): string;
  /** Whoever was refused: which repository they asked for. */
  refused: string[];
  close(): Promise<void>;
}

/** Where each company's bare repository is, and the token that opens it. */
export type Repositories = Readonly<Record<string, { folder: string; token: string }>>;

/** A Git server as companies have one: a repository for each, opened by its own token alone. */
export async function serveGit(repositories: Repositories): Promise<GitServer> {
  const refused: string[] = [];
  const { url: address, close } = await serveLocally((request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://git");
    const company = pathname.split("/")[1] ?? "";
    const repository = repositories[company];
    const asked = request.headers.authorization?.replace("Basic ", "") ?? "";
    const token = Buffer.from(asked, "base64").toString("utf8").split(":")[1];
    if (repository === undefined || token !== repository.token) {
      refused.push(company);
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    const path = `${repository.folder}${pathname.slice(company.length + 1)}`;
    answer(request, response, { path, query: search.slice(1) });
  });
  return { url: (company) => `${address}/${company}`, refused, close };
}

/** By the program that Git brings for it, which says its headers as lines before the body. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: { path: string; query: string },
): void {
  const { headers, method = "GET" } = request;
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_TRANSLATED: path,
      QUERY_STRING: query,
      REQUEST_METHOD: method,
      REMOTE_USER: "company",
      CONTENT_TYPE: headers["content-type"],
      HTTP_CONTENT_ENCODING: headers["content-encoding"],
      GIT_PROTOCOL: headers["git-protocol"]?.toString(),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  child.stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
  child.once("error", () => response.writeHead(500).end());
  child.once("close", () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf("\r\n\r\n");
    const lines = all.subarray(0, end).toString("utf8").split("\r\n");
    const said = lines.map((line) => line.split(/:\s*(.*)/s).slice(0, 2) as [string, string]);
    const status = said.find(([name]) => name === "Status")?.[1] ?? "200";
    const others = said.filter(([name]) => name !== "Status");
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(others));
    response.end(all.subarray(end + 4));
  });
}
