import type { KiwiApi } from "@lilux/rpc";

/** What MCP asks of the tool core. */
export type McpKiwi = Pick<KiwiApi, "search" | "load" | "execute" | "listItems">;
