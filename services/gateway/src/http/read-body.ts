import { readJson } from "@lilux/core/json";
import type { FastifyInstance } from "fastify";

const BYTE_ORDER_MARK = /^\uFEFF/;

/** Bodies of JSON are read without changing a digit; else as Fastify reads them. */
export function readBodies(
  app: Pick<FastifyInstance, "addContentTypeParser" | "getDefaultJsonParser">,
): void {
  // Refuses what is no JSON, is empty, or names a prototype.
  const check = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>(
    "application/json",
    { parseAs: "string" },
    (request, body, done) => {
      // Many clients send the content type with every request: one without a body is not bad JSON.
      if (body === "") return done(null, undefined);
      void check(request, body, (error) => {
        if (error !== null) return done(error);
        let value: unknown;
        try {
          value = readJson(body.replace(BYTE_ORDER_MARK, ""), "body");
        } catch (thrown) {
          return done(thrown instanceof Error ? thrown : new Error("unreadable body"));
        }
        done(null, value);
      });
    },
  );
}
