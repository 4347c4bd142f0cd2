import { expect, test } from "vitest";
import { createLibrarySignals, type LibrarySignals } from "./library-signals.ts";
import { readWarmSignals, WARM_ABOVE } from "./warm-signals.ts";

function library(): LibrarySignals {
  const signals = createLibrarySignals();
  const add = (item_id: string, category: string, tags: string[] = []): void =>
    signals.add({ item_id, name: item_id, category, tags });
  add("outreach_campaign", "email/outreach", ["prospects"]);
  add("email_enricher", "email/outreach");
  add("check_deliverability", "email/hygiene");
  add("deploy_staging", "deployment", ["kubernetes"]);
  add("rollback_deployment", "deployment");
  add("clean_csv", "data/quality");
  return signals;
}

test("keywords give 0.2 each, action verbs 0.3, a recognised domain 0.3", () => {
  const signals = readWarmSignals(["deploy the rollback to kubernetes"], library());
  expect(signals).toEqual({
    actionVerbs: ["deploy", "rollback"],
    keywords: ["kubernet"],
    domain: "deployment",
    confidence: 1,
  });
  expect(readWarmSignals(["prospects"], library())).toMatchObject({
    keywords: ["prospect"],
    domain: "email",
    confidence: 0.5,
  });
  expect(readWarmSignals(["send it"], library())).toMatchObject({ confidence: 0.3, domain: null });
});

test("small talk warms nothing, however long it goes on", () => {
  const talk = ["hello there", "how are you today?", "nice weather in Paris", "thanks!", "bye"];
  const signals = readWarmSignals(talk, library());
  expect(signals.confidence).toBeLessThanOrEqual(WARM_ABOVE);
});

test("each word counts once, in whatever form", () => {
  const once = readWarmSignals(["validate prospects"], library());
  const often = readWarmSignals(
    ["validating prospect", "Validated the PROSPECTS", "validate prospects"],
    library(),
  );
  expect(often.confidence).toBe(once.confidence);
});

test("only the last five turns count", () => {
  const turns = ["deploy kubernetes rollback", "a", "b", "c", "d", "e"];
  expect(readWarmSignals(turns, library()).confidence).toBe(0);
});

test("the newest domain wins when the work moves on, and two equal ones are none", () => {
  const moved = ["deploy staging on kubernetes", "outreach campaign", "email prospects"];
  expect(readWarmSignals(moved, library()).domain).toBe("email");
  expect(readWarmSignals(["email deployment"], library()).domain).toBeNull();
});

test("without a library every content word is a keyword, and there is no domain", () => {
  const signals = readWarmSignals(["find the email enrichment tool"], undefined);
  expect(signals.domain).toBeNull();
  expect(signals.keywords).toContain("enrichment");
  expect(signals.keywords).not.toContain("the");
});

test("confidence is exact at the threshold: 0.7 does not warm", () => {
  const signals = readWarmSignals(["clean prospects kubernetes"], library());
  expect(signals.confidence).toBe(0.7);
  expect(signals.confidence > WARM_ABOVE).toBe(false);
});

test("signals depend on the items held, not on what came and went before", () => {
  // Mutant: `remove` leaves the domain's own name.
  const item = (item_id: string, category: string) => ({
    item_id,
    name: item_id,
    category,
    tags: [],
  });
  const kept = [item("send_campaign", "email/outreach"), item("note", "")];
  const gone = [item("email_export", "emails"), item("ship_release", "release")];
  const direct = createLibrarySignals();
  for (const one of kept) direct.add(one);
  const detour = createLibrarySignals();
  for (const one of [...gone, ...kept]) detour.add(one);
  for (const one of gone) detour.remove(one);
  for (const stem of ["email", "campaign", "export", "releas", "note", "ship"]) {
    expect(detour.knows(stem), stem).toBe(direct.knows(stem));
    expect(detour.domainsOf(stem), stem).toEqual(direct.domainsOf(stem));
  }
});
