import type { InputSpec } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { type ReadParameters, readParameters } from "./read-parameters.ts";
import { plainNumber, timesPowerOfTen } from "./written-number.ts";

function input(name: string, type: string, more: Partial<InputSpec> = {}): InputSpec {
  return { name, type, required: true, ...more };
}

function read(line: string, inputs: readonly InputSpec[], id = "job"): ReadParameters {
  const idWords = splitIdentifier(id);
  const target = { inputs, idWords, knownWords: new Set(idWords), today: "2026-10-14" };
  return readParameters(line, target);
}

const euros = input("amount", "number", { description: "In euros." });
const grams = input("grams", "integer");
const minutes = input("minutes", "integer");

describe("an amount is the number that was written, by whatever marks", () => {
  it.each([
    ["pay 1,250.50 euros", 1250.5],
    ["pay 1.250,50 euros", 1250.5],
    ["pay 1'250 euros", 1250],
    ["pay 1 250 euros", 1250],
    ["pay 1 250 000 euros", 1_250_000],
    ["pay 1.250.000 euros", 1_250_000],
    ["pay 28,50 €", 28.5],
    ["pay 0,5 euros", 0.5],
    ["pay €400", 400],
    ["pay 29.90€", 29.9],
    ["pay €1,250.50", 1250.5],
    ["pay minus 200", -200],
    ["pay -35.20", -35.2],
    ["pay 2k", 2000],
    ["pay 1.2k euros", 1200],
    ["pay 1.5m euros", 1_500_000],
    ["pay €1.1m", 1_100_000],
    ["pay half a million", 500_000],
    ["pay a quarter of a million euros", 250_000],
    ["pay two and a half thousand euros", 2500],
    ["pay two hundred and fifty euros", 250],
    ["pay three thousand two hundred", 3200],
    ["pay twenty five euros", 25],
    ["pay twelve euros fifty", 12.5],
  ])("%s", (line, amount) => {
    expect(read(line, [euros])).toMatchObject({ values: { amount }, unread: [] });
  });

  it.each([
    ["take 12.5 %", "percent", 12.5],
    ["take fifteen per cent", "percent", 15],
    ["weigh 5 kg", "grams", 5000],
    ["weigh half a kilo", "grams", 500],
  ])("%s", (line, name, value) => {
    expect(read(line, [input(name, "number")]).values).toEqual({ [name]: value });
  });

  it("text for money keeps its last digit", () => {
    const price = input("price", "string", { description: "In euros." });
    expect(read("set 12.50 euros", [price]).values).toEqual({ price: "12.50" });
  });
});

/** Mutant: `isOfTwoReadings` that is never true makes 1.25 of the first. */
describe("what may be two amounts is no value and is told", () => {
  it.each([
    ["pay 1.250 euros", euros, "1.250"],
    ["pay €1.250", euros, "€1.250"],
    ["weigh 2.500", grams, "2.500"],
    ["pay 20 or 25 euros", euros, "20 or 25 euros"],
    ["pay between 20 and 25 euros", euros, "20 and 25 euros"],
    ["pay either 20 or 25 euros", euros, "20 or 25 euros"],
    ["pay 20 to 25 euros", euros, "20 to 25 euros"],
    ["pay 90 dollars", euros, "90"],
    ["weigh 3 pounds", grams, "3"],
    ["pay 5m", euros, "5m"],
  ])("%s", (line, spec, told) => {
    const { values, unread } = read(line, [spec]);
    expect({ values, unread: unread.join(" ") }).toEqual({ values: {}, unread: told });
  });
});

describe("money of an input that says no currency is its number", () => {
  it.each([
    ["pay 40 euros", 40],
    ["pay $40", 40],
  ])("%s", (line, amount) => {
    const spec = input("amount", "number", { description: "How much." });
    expect(read(line, [spec]).values).toEqual({ amount });
  });
});

describe("a time is what it lasts", () => {
  it.each([
    ["wait an hour and twenty minutes", 80],
    ["wait for one hour and a half", 90],
    ["wait for two and a half hours", 150],
    ["wait 1h15", 75],
    ["wait 1h30m", 90],
  ])("%s", (line, value) => {
    expect(read(line, [minutes]).values).toEqual({ minutes: value });
  });

  it.each([
    ["wait for 8 minutes", "8m"],
    ["wait for an hour and a half", "90m"],
    ["wait 2 hours", "2h"],
    ["wait half a minute", "30s"],
  ])("as text in the form that the input shows: %s", (line, value) => {
    const spec = input("pause", "string", { description: "How long, such as 30s or 5m." });
    expect(read(line, [spec]).values).toEqual({ pause: value });
  });
});

describe("a time of day is that time", () => {
  it.each([
    ["noon", "12:00"],
    ["midnight", "00:00"],
    ["half past three", "15:30"],
    ["half past seven in the evening", "19:30"],
    ["quarter to nine", "08:45"],
    ["ten past six in the morning", "06:10"],
    ["6 am", "06:00"],
    ["12 am", "00:00"],
    ["7.45 pm", "19:45"],
    ["8 o'clock in the morning", "08:00"],
    ["10 at night", "22:00"],
    ["15h30", "15:30"],
  ])("%s", (said, time) => {
    const spec = input("start_time", "string", { description: "As HH:MM." });
    expect(read(`ring the bell at ${said}`, [spec]).values).toEqual({ start_time: time });
  });
});

describe("a version keeps every digit", () => {
  const module = input("module", "string", { description: "Serial number." });
  const version = input("version", "string", { description: "Such as 4.2.0." });
  it.each([
    ["put v2.3 on AB-12", "2.3"],
    ["put version 2 on AB-12", "2"],
    ["put release 4.10 on AB-12", "4.10"],
    ["put 2.3.0-beta.1 on AB-12", "2.3.0-beta.1"],
  ])("%s", (line, value) => {
    expect(read(line, [module, version]).values).toEqual({ module: "AB-12", version: value });
  });

  it("and its letter where the input shows one", () => {
    const spec = input("tag", "string", { description: "Release, such as v4.2.0." });
    expect(read("put v2.3 there", [spec]).values).toEqual({ tag: "v2.3" });
  });
});

describe("how many are listed", () => {
  it.each([
    ["list the top five", 5],
    ["list top 20", 20],
    ["list the three oldest", 3],
    ["list a dozen of the newest", 12],
  ])("%s", (line, count) => {
    const spec = input("count", "integer", { required: false, default: 10 });
    expect(read(line, [spec]).values).toEqual({ count });
  });

  it("is not how long ago", () => {
    const spec = input("count", "integer", { required: false, default: 10 });
    expect(read("list the last 5 days", [spec]).values).toEqual({});
  });
});

/** Mutant: `timesPowerOfTen` by multiplication. */
test("of any digits, marks and powers of ten never change one", () => {
  const digits = fc.integer({ min: 1, max: 9_999_999 }).map(String);
  const part = fc.integer({ min: 10, max: 99 }).map(String);
  fc.assert(
    fc.property(digits, part, (whole, cents) => {
      const grouped = whole.replace(/(?<=\d)(?=(?:\d{3})+$)/gu, ",");
      const dotted = grouped.replaceAll(",", ".");
      expect(plainNumber(`${grouped}.${cents}`)).toBe(`${whole}.${cents}`);
      expect(plainNumber(`${dotted},${cents}`)).toBe(`${whole}.${cents}`);
      const shifted = `${whole}${cents}0`.replace(/^0+/u, "");
      expect(timesPowerOfTen(`${whole}.${cents}`, 3)).toBe(shifted);
    }),
  );
});
