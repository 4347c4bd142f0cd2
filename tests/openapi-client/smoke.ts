// What somebody writes against a generated client. Run by tools/setup/openapi-client-tests.mjs, which
// generates `api.ts` beside it.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

declare const process: { env: Record<string, string | undefined> };
function same<T>(found: T | undefined, wanted: T): void {
  if (found !== wanted) throw new Error(`${String(found)} is not ${String(wanted)}`);
}

const client = createClient<paths>({ baseUrl: process.env["LILUX_URL"] ?? "" });

// What has a default may be left out.
const listed = await client.GET("/v1/items", {});
const first: components["schemas"]["ItemSummary"] | undefined = listed.data?.items[0];
same(first !== undefined, true);

const found = await client.POST("/v1/search", {
  body: { item_type: "script", query: "email", limit: 2, offset: 0 },
});
same<string>(found.data?.results[0]?.item_type, "script");

const item = await client.GET("/v1/items/{id}", {
  params: { path: { id: "email_validator" }, query: { item_type: "script" } },
});
same<string>(item.data?.qualified_id, "email/email_validator");

const predicted = await client.POST("/v1/predict", { body: { text: "find email scripts" } });
same<string>(predicted.data?.candidates[0]?.call.name, "search");

const missing = await client.GET("/v1/items/{id}", { params: { path: { id: "nothing" } } });
same<string>(missing.error?.code, "item_not_found");
same(missing.response.headers.has("x-request-id"), true);

// @ts-expect-error There is no such type of item.
const wrong = await client.POST("/v1/search", { body: { item_type: "colour", query: "x" } });
same(wrong.response.status, 400);
console.log("a generated client compiles, and works");
