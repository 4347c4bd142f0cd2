import swagger from "@fastify/swagger";
import type { App } from "./create-app.ts";
import { finishOpenApi } from "./finish-openapi.ts";

/** Collects every route that is added after it. */
export function collectOpenApi(app: App): void {
  void app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Lilux",
        version: "1",
        license: { name: "Apache 2.0", identifier: "Apache-2.0" },
        contact: { name: "Lilux" },
        description:
          "Predicted tool calls over a library of directives, scripts and knowledge. Errors are {code, message, retryable, details?}. Every answer has `X-Request-Id`, and what a tenant has left is in `RateLimit` and `RateLimit-Policy`. The WebSocket at /v1/session is described in docs/asyncapi.json, MCP at /mcp in docs/mcp.md.",
      },
      servers: [{ url: "/", description: "Where this description was read from." }],
      components: {
        securitySchemes: {
          key: {
            type: "http",
            scheme: "bearer",
            description:
              "A key as `lilux key` makes it. On a loopback address without keys none is needed.",
          },
          hubSignature: ofHeader(
            "X-Hub-Signature-256",
            "`sha256=` and the HMAC-SHA-256 of the body's bytes, in hexadecimal, under the library's hook secret: as GitHub signs.",
          ),
          giteaSignature: ofHeader(
            "X-Gitea-Signature",
            "The same without `sha256=`: as Gitea and Forgejo sign.",
          ),
          gitlabToken: ofHeader("X-Gitlab-Token", "The hook secret itself: as GitLab sends it."),
        },
      },
      security: [{ key: [] }],
    },
  });
}

function ofHeader(name: string, description: string) {
  return { type: "apiKey", in: "header", name, description } as const;
}

/** Made once, when it is first asked for: routes do not change after the start. */
export function addOpenApiRoute(app: App): void {
  let document: unknown;
  app.get("/openapi.json", { schema: { hide: true } }, async () => {
    document ??= finishOpenApi(app.swagger());
    return document;
  });
}
