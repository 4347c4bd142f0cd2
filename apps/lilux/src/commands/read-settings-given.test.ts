import { expect, test } from "vitest";
import { readSettingsGiven } from "./read-settings-given.ts";

test("settings are written as people write them, and what is no pair is refused by its words", () => {
  expect(
    readSettingsGiven([
      "speculation=off",
      "scriptHosts=api.example.com, *.example.org:8443",
      "scriptPackages=none",
      "retention=90",
      "consent=",
      'approvals={"destructive":"second-person"}',
    ]),
  ).toEqual({
    speculation: "off",
    scriptHosts: ["api.example.com", "*.example.org:8443"],
    scriptPackages: [],
    retention: { days: 90 },
    consent: null,
    approvals: { destructive: "second-person" },
  });
  for (const text of ["off", "=off", "a b=c", "approvals={"]) {
    expect(() => readSettingsGiven([text])).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  }
});
