import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { describeRouterModel } from "../testing/router-model.contract.ts";
import { shippedModel } from "../testing/shipped-model.ts";
import { createEncoderModel } from "./create-encoder-model.ts";

const open = (directory: string, given: { givesTokens?: boolean } = {}) =>
  createEncoderModel({ directory, workers: 1, linesWaitingMax: 64, ...given });

describeRouterModel({ name: "encoder", open: () => open(shippedModel()) });

describe("createEncoderModel", () => {
  it("gives a vector for each token that says something, and tells which words it reads as one", async () => {
    const model = await open(shippedModel(), { givesTokens: true });
    const { tokenDimensions = 0, vocabulary } = model.capabilities;
    expect(tokenDimensions).toBeGreaterThan(0);
    const tokensOf = async (text: string) => {
      const { tokens } = await model.readLine(text, { deadlineAt: Date.now() + 60_000 });
      return tokens ?? new Float32Array();
    };
    const two = await tokensOf("deploy, now!");
    expect(two).toHaveLength(2 * tokenDimensions);
    expect(Math.hypot(...two.subarray(0, tokenDimensions))).toBeCloseTo(1, 4);
    expect(await tokensOf("!?")).toHaveLength(2 * tokenDimensions);
    expect(await tokensOf("")).toHaveLength(0);
    const [item] = await model.readItems(["script: email validator. Checks addresses."]);
    expect((item?.tokens?.length ?? 0) % tokenDimensions).toBe(0);
    expect(vocabulary?.has("deploy")).toBe(true);
    expect(vocabulary?.has("dpeloy")).toBe(false);
    expect(vocabulary?.begins("deplo")).toBe(true);
    await model.close();
  });

  it("gives no token's vector to a ranker that weighs none, and takes none from the graph", async () => {
    await using folder = await temporaryDirectory();
    await cp(shippedModel(), folder.path, { recursive: true });
    const file = join(folder.path, "manifest.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    for (const [featureNames, isGiven] of [
      [["is_none"], false],
      [["is_none", "late"], true],
    ] as const) {
      const weights = featureNames.map(() => 0);
      const ranker = { ...manifest.ranker, featureNames, weights, hidden: undefined };
      await writeFile(file, JSON.stringify({ ...manifest, ranker }));
      const model = await open(folder.path);
      const { tokens } = await model.readLine("deploy", { deadlineAt: Date.now() + 60_000 });
      const [item] = await model.readItems(["script: email validator"]);
      await model.close();
      const { tokenDimensions } = model.capabilities;
      expect([tokens, item?.tokens, tokenDimensions].map((one) => one !== undefined)).toEqual(
        [1, 2, 3].map(() => isGiven),
      );
    }
  });

  it("refuses a model whose bytes are not those of its manifest, by file name", async () => {
    // Mutant: `checkFile` does not compare.
    await using folder = await temporaryDirectory();
    await cp(shippedModel(), folder.path, { recursive: true });
    const file = join(folder.path, "tokenizer_config.json");
    await writeFile(file, `${await readFile(file, "utf8")} `);
    await expect(open(folder.path)).rejects.toMatchObject({
      code: "model_invalid",
      message: expect.stringContaining("tokenizer_config.json"),
    });
  });

  it("says where it looked when there is no model", async () => {
    await using folder = await temporaryDirectory();
    await expect(open(folder.path)).rejects.toMatchObject({
      code: "model_invalid",
      message: expect.stringContaining("LILUX_MODEL_DIR"),
    });
  });

  it("refuses a model that cannot be run, though its hashes are right", async () => {
    await using folder = await temporaryDirectory();
    await cp(shippedModel(), folder.path, { recursive: true });
    await writeFile(join(folder.path, "model.onnx"), "not a model");
    const file = join(folder.path, "manifest.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    manifest.files["model.onnx"].sha256 = createHash("sha256").update("not a model").digest("hex");
    await writeFile(file, JSON.stringify(manifest));
    await expect(open(folder.path)).rejects.toMatchObject({ code: "model_invalid" });
  });
});
