import type { Call, ExecuteCall } from "@lilux/protocol";

/**
 * The call that takes back what a write did: the version before it is kept. It names what the write left, so
 * that a change made since is never lost with it. Null where there is nothing to take back. `result` is that
 * of the call's `call-end`; `choose` commits what comes of it.
 */
export function undoOf(call: Call, result: unknown): ExecuteCall | null {
  if (call.name !== "execute" || !isRecord(result)) return null;
  const { status, data } = result;
  if (status !== "success" || !isRecord(data) || data["changed"] !== true) return null;
  const { qualified_id, source, content_hash, kept_version } = data;
  if (typeof qualified_id !== "string" || !isPlace(source)) return null;
  const of = { item_type: call.arguments.item_type, item_id: qualified_id };
  const left = typeof content_hash === "string" ? { expectedSha256: content_hash } : {};
  switch (call.arguments.action) {
    case "create":
      return write(of, "delete", { source, ...left });
    case "update":
      return isText(kept_version)
        ? write(of, "update", { source, restore: kept_version, ...left })
        : null;
    case "delete":
      return isText(kept_version)
        ? write(of, "create", { destination: source, restore: kept_version })
        : null;
    case "run":
    case "publish":
      return null;
  }
}

function write(
  of: Pick<ExecuteCall["arguments"], "item_type" | "item_id">,
  action: "create" | "update" | "delete",
  parameters: Record<string, unknown>,
): ExecuteCall {
  return { name: "execute", arguments: { ...of, action, parameters } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlace(value: unknown): value is "project" | "user" {
  return value === "project" || value === "user";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
