import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyRecord, TenantRecord } from "@lilux/protocol";
import { describeInChromium, eventually } from "@lilux/testkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askAt } from "./companies/ask-at.ts";
import { type Running, startMode } from "./start-mode.ts";

const PATIENT = { timeout: 60_000 };
const HOUR_MS = 3_600_000;

describeInChromium("the administration, in a browser, before a real gateway", (executablePath) => {
  const operator = `lx_ada_${randomBytes(16).toString("hex")}`;
  const pictures = mkdtempSync(join(tmpdir(), "lilux-admin-"));
  let running: Running;
  let browser: Browser;
  let page: Page;
  const pageErrors: string[] = [];

  beforeAll(async () => {
    running = await startMode("embedded", {
      env: {
        LILUX_TENANT_RECORDS: "on",
        LILUX_TENANT_ROOT: mkdtempSync(join(tmpdir(), "lilux-tenants-")),
        LILUX_OPERATOR_KEYS: `ada=sha256:${createHash("sha256").update(operator).digest("hex")}`,
      },
    });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    page.on("pageerror", (error) => pageErrors.push(error.message));
    page.setDefaultTimeout(PATIENT.timeout);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await running.stop();
  });

  const open = (section: string) =>
    page.locator(".admin-nav").getByRole("button", { name: section }).click();
  const said = (text: string) => page.locator(".admin-notice").getByText(text).waitFor();
  const tenantNow = async () => {
    const { body } = await askAt(running.url)(operator, "GET", "/v1/admin/tenants/acme");
    return body as unknown as TenantRecord;
  };
  /** What is refused stands beside its field, which the keyboard is at then. */
  async function refusedAt(label: string, why: RegExp): Promise<void> {
    const field = page.getByLabel(label, { exact: true });
    await page.getByRole("alert").getByText(why).waitFor();
    await page.locator(`#${await field.getAttribute("id")}:focus`).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
  }
  /** For whoever wants to look: each in both themes, wide and narrow. */
  async function picture(name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1_280, 360]) {
        await page.setViewportSize({ width, height: 900 });
        const path = join(pictures, `${name}-${colorScheme}-${width}.png`);
        await page.screenshot({ path, fullPage: true });
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, `${name} at ${width}`).toBeLessThanOrEqual(width);
      }
    }
    await page.setViewportSize({ width: 1_280, height: 900 });
  }

  test("an operator makes a tenant and sets its sign-in, plan and limits; what is refused is named at its field", async () => {
    await page.goto(`${running.url}/#admin`);
    await page.locator("#key").fill(operator);
    await page.keyboard.press("Enter");
    await page.getByLabel("Name, which never changes").fill("acme");
    await page.getByRole("button", { name: "Create" }).click();
    await said("acme is made.");
    await page.getByRole("button", { name: "Choose acme" }).click();
    await page.getByLabel("Issuer", { exact: true }).fill("https://8.8.8.8");
    await page.getByLabel("Audience").fill("lilux");
    await page.getByLabel("Where its keys are").fill("http://169.254.169.254/keys");
    await page.getByRole("button", { name: "Set the sign-in" }).click();
    await refusedAt("Where its keys are", /private network/);
    await picture("people");
    await page.getByLabel("Where its keys are").fill("https://8.8.8.8/keys");
    await page.getByRole("button", { name: "Set the sign-in" }).click();
    await said("The sign-in counts");
    await open("Usage");
    await page.getByLabel("Plan", { exact: true }).fill("team");
    await page.getByLabel("Turns a month").fill("0");
    await page.getByRole("button", { name: "Set the limits" }).click();
    await refusedAt("Turns a month", /turnsPerMonth/);
    await page.getByLabel("Turns a month").fill("20000");
    await page.getByLabel("Cost a month").fill("50");
    await page.getByLabel("Weight, its share where it is crowded").fill("2");
    await page.getByRole("button", { name: "Set the limits" }).click();
    await said("The limits count");
    await open("Keys");
    await open("Usage");
    await page.getByRole("cell", { name: "20,000" }).waitFor();
    await picture("usage");
    expect(await tenantNow()).toMatchObject({
      plan: "team",
      limits: { turnsPerMonth: 20_000, costPerMonth: 50, weight: 2 },
      signIn: { issuer: "https://8.8.8.8", jwksUrl: "https://8.8.8.8/keys" },
    });
  });

  test("every setting of a tenant can be read and set there", async () => {
    await open("Settings");
    await page.getByLabel("To what may not be undone").selectOption("second-person");
    await page.getByLabel("How sure a prediction must be").selectOption("strict");
    await page.getByLabel("Reading ahead").selectOption("off");
    await page.getByLabel("What may be kept for training").selectOption("redacted");
    await page.getByLabel("Days for which what people said and did is kept").fill("soon");
    await page.getByLabel("every class").uncheck();
    await page.getByLabel("destructive", { exact: true }).uncheck();
    await page.getByLabel("every package that the server allows").uncheck();
    await page.getByLabel("every host that the server allows").uncheck();
    await page.getByLabel("Hosts that scripts may reach").fill("api.example.com\n*.example.org");
    const set = page.getByRole("button", { name: "Set them", exact: true });
    await set.click();
    await refusedAt("Days for which what people said and did is kept", /retention/);
    await page.getByLabel("Days for which what people said and did is kept").fill("90");
    await page.getByLabel("Pool of model servers").fill("nowhere");
    await set.click();
    await refusedAt("Pool of model servers", /modelPool/);
    await picture("settings");
    await page.getByLabel("Pool of model servers").fill("");
    await set.click();
    await said("The settings count");
    expect((await tenantNow()).settings).toEqual({
      approvals: { destructive: "second-person" },
      thresholds: "strict",
      speculation: "off",
      consent: "redacted",
      retention: { days: 90 },
      scriptEffects: ["write", "read"],
      scriptPackages: [],
      scriptHosts: ["api.example.com", "*.example.org"],
    });
    await page.getByLabel("every host that the server allows").check();
    await page.getByLabel("Days for which what people said and did is kept").fill("");
    await set.click();
    await eventually(
      async () => {
        const { settings } = await tenantNow();
        return settings.retention === undefined && settings.scriptHosts === undefined;
      },
      { withinMs: 60_000, everyMs: 100 },
    );
  });

  test("keys are made, shown once, rotated with an overlap and revoked, and the records are given as a file", async () => {
    await open("Keys");
    await page.getByLabel("Name", { exact: true }).fill("their backend");
    await page.getByRole("button", { name: "Make it" }).click();
    const made = (await page.locator(".admin-once code").textContent()) ?? "";
    expect(made).toMatch(/^lx_[A-Za-z0-9]{12}_/);
    await picture("keys");
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await page.content()).not.toContain(made);
    await page.getByLabel(/^Hours for which a rotated key/).fill("2");
    await page.getByRole("button", { name: "Rotate their backend" }).click();
    await page.getByRole("button", { name: "I have it" }).click();
    const ask = askAt(running.url);
    const listed = async () =>
      (await ask(operator, "GET", "/v1/admin/tenants/acme/keys")).body["keys"] as KeyRecord[];
    const before = (await listed()).find(({ keyId }) => made.includes(keyId));
    expect((before?.expiresAt ?? 0) - Date.now()).toBeLessThanOrEqual(2 * HOUR_MS);
    await page.getByRole("button", { name: "Revoke their backend" }).first().click();
    await page.getByRole("button", { name: "Really revoke their backend" }).click();
    await said("is revoked");
    expect((await listed()).filter(({ revokedAt }) => revokedAt !== null)).toHaveLength(1);
    await open("Audit");
    await page.getByText("none is missing or changed").waitFor();
    await picture("audit");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download all records" }).click();
    const file = JSON.parse(await readFile(await (await download).path(), "utf8")) as {
      records: { action: string }[];
    };
    expect(file.records.map(({ action }) => action)).toContain("key-rotated");
  });

  test("a tenant is suspended, and deleted once its name was typed, with a report of what became of it", async () => {
    await open("Tenants");
    await page.getByRole("button", { name: "Suspend acme" }).click();
    await said("acme is suspended.");
    await page.getByRole("button", { name: "Delete acme" }).click();
    const forGood = page.getByRole("button", { name: "Delete everything of acme" });
    expect(await forGood.isDisabled()).toBe(true);
    await page.getByLabel("Type its name to confirm").fill("acm");
    expect(await forGood.isDisabled()).toBe(true);
    await page.getByLabel("Type its name to confirm").fill("acme");
    await picture("delete");
    await forGood.click();
    await page.getByRole("heading", { name: /acme is (being )?deleted/ }).waitFor();
    await page.getByRole("heading", { name: "acme is deleted" }).waitFor({ timeout: 150_000 });
    await picture("report");
    expect(pageErrors).toEqual([]);
  }, 240_000);
});
