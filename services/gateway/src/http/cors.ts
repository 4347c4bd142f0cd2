import type { App } from "./create-app.ts";

/** Pages of these origins may read answers. What they may ask for, their key decides. */
export function addCors(app: App, origins: () => readonly string[]): void {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    // MCP's door is for programs; it refuses every page but its own.
    if (origin === undefined || request.url.startsWith("/mcp")) return undefined;
    if (!origins().includes(origin.toLowerCase())) return undefined;
    reply.headers({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": EXPOSED,
      "cross-origin-resource-policy": "cross-origin",
      vary: "Origin",
    });
    const asked = request.headers["access-control-request-method"];
    if (request.method !== "OPTIONS" || asked === undefined) return undefined;
    return reply
      .headers({
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": ALLOWED,
        "access-control-max-age": "600",
      })
      .code(204)
      .send();
  });
}

const ALLOWED =
  "authorization, content-type, idempotency-key, last-event-id, traceparent, x-request-id";
const EXPOSED = "retry-after, ratelimit, ratelimit-policy, x-request-id, content-disposition";
