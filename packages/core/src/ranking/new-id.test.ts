import { describe, expect, it, test } from "vitest";
import { newIdOf } from "./new-id.ts";

describe("a new id is read where the line says it outright", () => {
  it.each([
    ["create a script called renew_domains that reminds me when a domain ends", "renew_domains"],
    ["new directive named close-the-month for the bookkeeping", "close-the-month"],
    ["make a knowledge entry retry_budgets about how often we retry", "retry_budgets"],
    ['add a script "sum_hours" that adds my hours up', "sum_hours"],
    ["create a directive called board meeting minutes", "board_meeting_minutes"],
    ["create a directive called board meeting minutes that we send round", "board_meeting_minutes"],
    ["I need a new script, name it csvSplitter, it cuts big csv files", "csvSplitter"],
    ["set up a new directive: weekly-backup-check", "weekly-backup-check"],
    ["call it tidy_up please, a script for my desktop", "tidy_up"],
    ['make a directive called "Close The Books" for finance', "close_the_books"],
    ["write log_rotate, a script that rotates logs", "log_rotate"],
    ["new script named backup, please", "backup"],
    ["a script titled Überblick zeigen", "uberblick_zeigen"],
  ])("%s", (line, id) => {
    expect(newIdOf(line)).toBe(id);
  });
});

test("no id is made of a line that does not say one", () => {
  for (const line of [
    "create a script that counts words",
    "make a follow-up directive for the on-call people",
    "new directive for onboarding",
    "merge a_b and c_d into something new",
    "",
  ]) {
    expect(newIdOf(line)).toBeUndefined();
  }
});
