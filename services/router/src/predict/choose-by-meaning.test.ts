import { itemSummary } from "@lilux/library-index/testing";
import type { Candidate } from "@lilux/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEncoderModel } from "../model/create-encoder-model.ts";
import type { RouterModel } from "../model/router-model.ts";
import { shippedModel } from "../testing/shipped-model.ts";
import { createLineRouter, type LineRouter } from "./line-router.ts";

const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"];
const ITEM = itemSummary("script:store_file", {
  description: "Stores a file in a region.",
  inputs: [
    { name: "file", type: "string", required: true, description: "Path of the file." },
    { name: "region", type: "string", required: true, schema: { enum: REGIONS } },
    {
      name: "kind",
      type: "string",
      required: false,
      schema: { enum: ["dog", "cat", "rabbit", "bird"] },
    },
  ],
});

describe("a choice said in other words than its own, by the model that ships", () => {
  let model: RouterModel;
  let router: LineRouter;

  beforeAll(async () => {
    model = await createEncoderModel({
      directory: shippedModel(),
      workers: 1,
      linesWaitingMax: 8,
    });
    router = await createLineRouter([ITEM], { model });
  });

  afterAll(async () => {
    await model.close();
  });

  async function answer(text: string): Promise<Candidate | undefined> {
    const { ranked } = await router.route({ text });
    return ranked.candidates.find(
      ({ call }) => call.name === "execute" && call.arguments.action === "run",
    );
  }

  it.each([
    ["store file a.csv in the european region", { region: "eu-west-1" }],
    ["store file a.csv in the american one", { region: "us-east-1" }],
    ["store file a.csv of the bunny", { kind: "rabbit" }],
    ["store file a.csv of a parrot in eu-west-1", { kind: "bird", region: "eu-west-1" }],
  ])("is taken where it is clearly the nearest: %s", async (text, values) => {
    const found = await answer(text);
    expect(found?.call).toMatchObject({
      arguments: { parameters: { file: "a.csv", ...values } },
    });
    const [name] = Object.keys(values);
    expect(found?.parameters?.find((each) => each.name === name)?.origin).toBe("inferred");
    // Nothing runs on it unasked.
    expect(found?.confidenceOnEnter ?? 1).toBeLessThanOrEqual(0.85);
  });

  it.each([
    "store file a.csv in the usual place",
    "store file a.csv in the cheap one",
    "store file a.csv of the hamster",
    "store file a.csv of Bunny",
  ])("and is missing or told where it is not: %s", async (text) => {
    const found = await answer(text);
    expect(found?.call).toMatchObject({ arguments: { parameters: { file: "a.csv" } } });
    const given = found?.call.name === "execute" ? found.call.arguments.parameters : {};
    expect(Object.keys(given ?? {})).toEqual(["file"]);
  });
});
