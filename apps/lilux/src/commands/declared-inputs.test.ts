import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import type { RestClient, RestRequest } from "../rest-client.ts";
import { declaredInputs } from "./declared-inputs.ts";

const INPUTS = [{ name: "version", type: "string", required: false }];
const ITEM = {
  item_type: "script",
  item_id: "echo",
  qualified_id: "echo",
  name: "echo",
  description: "",
  category: "",
  version: "1.0.0",
  tags: [],
  inputs: INPUTS,
  effect: "read",
  content_hash: "",
};

/** An instance that has the item in one source only, or answers with an error. */
function instance(has: string, error = new LiluxError("item_not_found")) {
  const asked: unknown[] = [];
  const client: Pick<RestClient, "request"> = {
    async request({ body }: RestRequest) {
      const { source } = body as { source: string };
      asked.push(source);
      if (source !== has) throw error;
      const nothing = { permissions: [], steps: [], outputs: {}, model_class: null };
      return { item: { ...ITEM, source }, mode: "read_only", path: "", content: "", ...nothing };
    },
  };
  return { asked, client: client as RestClient };
}

const ECHO = { item_type: "script", item_id: "echo" };

test("inputs are those of the item that a run would find", async () => {
  const { client, asked } = instance("user");
  expect(await declaredInputs(client, ECHO)).toEqual(INPUTS);
  expect(asked).toEqual(["project", "user"]);
});

test("what cannot be read declares nothing, and the run says why", async () => {
  expect(await declaredInputs(instance("nowhere").client, ECHO)).toEqual([]);
  const broken = instance("user", new LiluxError("item_broken"));
  expect(await declaredInputs(broken.client, ECHO)).toEqual([]);
  expect(broken.asked).toEqual(["project"]);
});
