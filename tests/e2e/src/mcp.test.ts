import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMCPClient } from "@ai-sdk/mcp";
import { eventually } from "@lilux/testkit";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_LIBRARY, MODES, type Running, startMode } from "./start-mode.ts";

const VALIDATE = {
  item_type: "script",
  item_id: "email_validator",
  action: "run",
  parameters: { emails: ["ann@example.org", "nobody"] },
};
const PURGE = { item_type: "directive", item_id: "data/purge_old_records", action: "delete" };

describe.each(MODES)("%s: MCP over HTTP", (mode) => {
  let running: Running;
  let project: string;
  let url: string;

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "lilux-mcp-"));
    cpSync(DEMO_LIBRARY, project, { recursive: true });
    running = await startMode(mode, { project });
    url = `${running.url}/mcp`;
  }, 150_000);
  afterAll(async () => {
    await running.stop();
    rmSync(project, { recursive: true, force: true });
  });

  async function official(era: "current" | "sessions", asks: string[] = []): Promise<Client> {
    const client = new Client(
      { name: "e2e", version: "1" },
      {
        capabilities: { elicitation: {} },
        ...(era === "current" ? { versionNegotiation: { mode: "auto" } } : {}),
      },
    );
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asks.push(params.message);
      return { action: "decline" };
    });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  }

  test("an independent client finds a script, reads it as a resource and runs it", async () => {
    const client = await createMCPClient({ transport: { type: "http", url } });
    const search = { item_type: "script", query: "validate email addresses" };
    const found = await client.callTool({ name: "search", arguments: search });
    expect(JSON.stringify(found)).toContain("email/email_validator");
    const { contents } = await client.readResource({ uri: "lilux://script/email/email_validator" });
    expect(JSON.stringify(contents)).toContain("import");
    const ran = await client.callTool({ name: "execute", arguments: VALIDATE });
    expect(ran).toMatchObject({ structuredContent: { status: "success" } });
    await client.close();
  });

  test.each(["current", "sessions"] as const)(
    "a declined question leaves the item alone (%s)",
    async (era) => {
      const asks: string[] = [];
      const client = await official(era, asks);
      const answer = await client.callTool({ name: "execute", arguments: PURGE });
      expect(answer).toMatchObject({
        isError: true,
        _meta: { "lilux/error": { code: "confirm_declined" } },
      });
      expect(asks).toEqual([expect.stringContaining('"action": "delete"')]);
      const { resources } = await client.listResources();
      const all = resources.map(({ uri }) => uri);
      expect(all).toContain("lilux://directive/data/purge_old_records");
      await client.close();
    },
  );

  test.each(["current", "sessions"] as const)(
    "a file that is written is announced and read (%s)",
    async (era) => {
      const client = await official(era);
      let announced = 0;
      client.setNotificationHandler("notifications/resources/list_changed", () => {
        announced += 1;
      });
      if (era === "current") await client.listen({ resourcesListChanged: true });
      const text = (n: number) =>
        `---\ntitle: News ${n}\ntags: [news]\n---\nNumber ${n} (${era}).\n`;
      const file = join(project, ".ai", "knowledge", `news_${era}.md`);
      let n = 0;
      await eventually(
        () => {
          n += 1;
          writeFileSync(file, text(n));
          return announced > 0;
        },
        { withinMs: 20_000, everyMs: 500 },
      );
      const { contents } = await client.readResource({ uri: `lilux://knowledge/news_${era}` });
      expect(JSON.stringify(contents)).toContain(`(${era})`);
      await client.close();
    },
  );

  test("calls are counted by tool", async () => {
    expect(await running.metrics()).toMatch(
      /lilux_mcp_calls_total\{tool="execute",outcome="ok"\} [1-9]/,
    );
  });
});
