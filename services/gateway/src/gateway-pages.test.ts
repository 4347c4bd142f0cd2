import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer } from "./testing/records-client.ts";
import { keyFor, startGateway, type TestGateway } from "./testing/start-gateway.ts";

const APP = "https://app.example";

interface Door {
  method: string;
  path: string;
}

let gateway: TestGateway;
let doors: Door[];
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  folder = await temporaryDirectory();
  await mkdir(join(folder.path, "assets"));
  await writeFile(join(folder.path, "index.html"), "<!doctype html><title>Lilux</title>");
  await writeFile(join(folder.path, "assets", "main-abcdefgh.js"), "1;");
  gateway = await startGateway({
    config: { apiKeys: [keyFor("acme", "k")], origins: [APP], terminalDir: folder.path },
  });
  const { paths } = (await (await fetch(`${gateway.http}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  // Doors that no description lists: the page, its files, MCP, what is not there, and a method that none takes.
  const others = ["/", "/index.html", "/assets/main-abcdefgh.js", "/openapi.json", "/mcp", "/none"];
  doors = [
    ...described,
    ...others.map((path) => ({ method: "GET", path })),
    { method: "POST", path: "/mcp" },
    { method: "DELETE", path: "/v1/predict" },
    { method: "OPTIONS", path: "/v1/predict" },
  ];
});
afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

function knock({ method, path }: Door, headers: Record<string, string> = {}): Promise<Response> {
  const filled = path.replaceAll(/\{\w+\}/g, "x-x-x");
  return fetch(`${gateway.http}${filled}`, { method, headers });
}

/** What a browser may do with an answer, by kinds of things. */
function policyOf(response: Response): Map<string, string[]> {
  const text = response.headers.get("content-security-policy") ?? "";
  return new Map(
    text.split(";").map((part) => {
      const [name = "", ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

const CLOSED = ["default-src", "base-uri", "form-action", "frame-ancestors"];
const OPEN_TO = new Set(["'none'", "'self'", "data:", "blob:"]);

// Mutants: `script-src` with 'unsafe-inline' or *; a header left out; files of the page sent without the hook; a cookie.
test("every answer of every door says that no page of elsewhere frames it, runs in it or reads it, and sets no cookie", async () => {
  const wrong: string[] = [];
  for (const door of doors) {
    for (const origin of [undefined, "https://evil.example", "null"]) {
      const response = await knock(door, origin === undefined ? {} : { origin });
      const { headers, status } = response;
      await response.arrayBuffer();
      const policy = policyOf(response);
      const told = `${door.method} ${door.path} for ${origin}: ${status} ${JSON.stringify([...headers])}`;
      const isClosed = CLOSED.every((name) => policy.get(name)?.join() === "'none'");
      const isOwn = [...policy.values()].flat().every((source) => OPEN_TO.has(source));
      const scripts = policy.get("script-src")?.join();
      const isSafe =
        headers.get("x-content-type-options") === "nosniff" &&
        headers.get("x-frame-options") === "DENY" &&
        headers.get("referrer-policy") === "no-referrer" &&
        headers.get("cross-origin-resource-policy") === "same-origin";
      const isOpened = [...headers.keys()].some((name) =>
        /^access-control-|^set-cookie$/.test(name),
      );
      const isPage = (headers.get("content-type") ?? "").startsWith("text/html");
      const mayBePage = door.path === "/" || door.path === "/index.html";
      if (
        !isClosed ||
        !isOwn ||
        scripts !== "'self'" ||
        !isSafe ||
        isOpened ||
        (isPage && !mayBePage)
      )
        wrong.push(told);
    }
  }
  expect(wrong).toEqual([]);
});

// Mutants: a method of a route missing in `addCors`; origins compared by their beginning; credentials allowed.
test("a page that may read answers may use every method that is described, and none like it may any", async () => {
  const key = bearer("k");
  const asks = (origin: string, door: Door) =>
    fetch(`${gateway.http}${door.path.replaceAll(/\{\w+\}/g, "x-x-x")}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": door.method },
    });
  const described = doors.filter(({ path }) => path.startsWith("/v1/"));
  for (const door of described.filter(({ method }) => method !== "OPTIONS")) {
    const { status, headers } = await asks(APP, door);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(APP);
    expect(headers.get("access-control-allow-methods")?.split(", ")).toContain(door.method);
    expect(headers.has("access-control-allow-credentials")).toBe(false);
  }
  const alike = [
    "null",
    `${APP}.evil.example`,
    `${APP}:8443`,
    "http://app.example",
    `${APP}/`,
    "*",
  ];
  for (const origin of alike) {
    const [preflight, answer] = await Promise.all([
      asks(origin, { method: "GET", path: "/v1/items" }),
      knock({ method: "GET", path: "/v1/items" }, { ...key, origin }),
    ]);
    expect({ origin, status: answer.status }).toEqual({ origin, status: 403 });
    for (const { headers } of [preflight, answer]) {
      expect(headers.has("access-control-allow-origin")).toBe(false);
    }
  }
});
