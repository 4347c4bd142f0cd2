import { readFileSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { describeStartFailure } from "./describe-start-failure.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

test.each([
  [
    "listen EADDRINUSE: address already in use 127.0.0.1:8080",
    /^Port 8080 of 127\.0\.0\.1 is in use\. .*choose another port/,
  ],
  ["listen EADDRINUSE: address already in use :::8080", /^Port 8080 of :: is in use\./],
  [
    "No address added out of total 1 resolved errors: [listen EADDRINUSE: address already in use 127.0.0.1:7001]",
    /^Port 7001 of 127\.0\.0\.1 is in use/,
  ],
  ["listen EACCES: permission denied 0.0.0.0:80", /^Port 80 .*above 1023/],
  [
    "listen EADDRNOTAVAIL: address not available 10.9.8.7:8080",
    /^10\.9\.8\.7 is no address of this machine/,
  ],
])("an accident with a port is a sentence with the next step: %s", (message, sentence) => {
  expect(describeStartFailure(new Error(message))).toMatch(sentence);
});

test("a file that is not there is named with the next step", () => {
  const error = thrownBy(() => readFileSync("/nowhere/keys.json"));
  expect(describeStartFailure(error)).toMatch(/^\/nowhere\/keys\.json is not there\. Create it/);
});

test("our own errors say what they say, and what was behind them", () => {
  const cause = new Error("connection refused");
  const error = new LiluxError("bus_unavailable", { cause });
  expect(describeStartFailure(error)).toMatch(/^The message bus .* \(connection refused\)$/);
});

test("what nobody foresaw keeps its stack trace", () => {
  expect(describeStartFailure(new TypeError("x is not a function"))).toBeUndefined();
  expect(describeStartFailure(new LiluxError("internal"))).toBeUndefined();
  expect(describeStartFailure("text")).toBeUndefined();
});
