import swagger from "@fastify/swagger";
import type { App } from "./create-app.ts";

/** Collects every route that is added after it. */
export function collectOpenApi(app: App): void {
  void app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Lilux",
        version: "1",
        description:
          "Predicted tool calls over a library of directives, scripts and knowledge. Errors are {code, message, retryable, details?}. The WebSocket at /v1/session is described in docs/asyncapi.json, MCP at /mcp in docs/mcp.md.",
      },
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer" } },
      },
      security: [{ key: [] }],
    },
  });
}

export function addOpenApiRoute(app: App): void {
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}
