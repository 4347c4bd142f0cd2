import { LiluxError, TenantName, verifiedTenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { Type } from "typebox";
import { createHookBounds } from "../admit/hook-bounds.ts";
import type { App } from "./create-app.ts";

export interface GitHookDeps {
  kiwi: Pick<KiwiApi, "library">;
  now(): number;
}

const BODY_BYTES_MAX = 1024 * 1024;

/**
 * `POST /v1/hooks/git/{tenant}`: a Git server says that something was pushed. Nobody signs in here: the
 * signature over the body vouches for it, and all it does is have the library's place looked at, so that one
 * that is sent again does nothing worse.
 */
export function addGitHookRoute(app: App, { kiwi, now }: GitHookDeps): void {
  const bounds = createHookBounds(now);

  app.register(async (scope) => {
    // Signed are the bytes as they came.
    scope.removeAllContentTypeParsers();
    const read = { parseAs: "buffer" as const, bodyLimit: BODY_BYTES_MAX };
    scope.addContentTypeParser("*", read, (_request, body, done) => done(null, body));
    const schema = {
      summary: "Tell that something was pushed to the repository of a tenant's library",
      params: Type.Object({ tenant: TenantName }),
      response: { 204: Type.Null() },
    };
    scope.post("/v1/hooks/git/:tenant", { schema }, async (request, reply) => {
      const tenant = verifiedTenant((request.params as { tenant: string }).tenant);
      const { headers, body } = request;
      const isSigned = bounds.enter({ tenant, address: request.ip });
      const signature =
        headers["x-hub-signature-256"] ?? giteaSignature(headers["x-gitea-signature"]);
      const token = headers["x-gitlab-token"];
      if (typeof signature !== "string" && typeof token !== "string") throw unsigned();
      await kiwi.library({
        tenant,
        ask: {
          kind: "pushed",
          body: Buffer.isBuffer(body) ? body.toString("base64") : "",
          ...(typeof signature === "string" ? { signature } : {}),
          ...(typeof token === "string" ? { token } : {}),
        },
      });
      isSigned();
      return reply.code(204).send();
    });
  });
}

function giteaSignature(given: string | string[] | undefined): string | undefined {
  return typeof given === "string" ? `sha256=${given}` : undefined;
}

function unsigned(): LiluxError {
  return new LiluxError("unauthenticated", {
    message:
      "Sign the body with the library's hook secret: X-Hub-Signature-256, X-Gitea-Signature, or X-Gitlab-Token.",
  });
}
