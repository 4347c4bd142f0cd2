import { createWordList } from "@lilux/core/spelling";
import { createLibraryIndex } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import { expect, it } from "vitest";
import { createScriptedModel } from "../testing/scripted-model.ts";
import { readRespelled, respellFor } from "./read-respelled.ts";

const item = itemSummary("script:reconcile_ledger");

it("gives the model the word that was meant, and everybody else the one that was typed", async () => {
  const library = createLibraryIndex();
  library.apply(library.changesTo([item]));
  const model = createScriptedModel();
  const told = { capabilities: { ...model.capabilities, vocabulary: createWordList(["find"]) } };
  const respelled = respellFor(told, library);
  const read = readRespelled((text) => model.readLine(text, { deadlineAt: Infinity }), respelled);
  const reading = await read("find  the reconcle thing");
  expect(model.lines).toEqual(["find  the reconcile thing"]);
  expect(reading.words).toEqual(["find", "the", "reconcle", "thing"]);
});

it("reads as typed with a model that does not tell its words, and without a library", () => {
  const { capabilities } = createScriptedModel();
  const vocabulary = createWordList(["find"]);
  const library = createLibraryIndex();
  library.apply(library.changesTo([item]));
  expect(respellFor({ capabilities }, library)("reconcle it")).toBe("reconcle it");
  const told = { capabilities: { ...capabilities, vocabulary } };
  expect(respellFor(told, undefined)("reconcle it")).toBe("reconcle it");
  expect(respellFor(told, library)("reconcle it")).toBe("reconcile it");
});
