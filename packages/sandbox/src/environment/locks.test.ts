import { describe, expect, it } from "vitest";
import { readPackageList } from "./package-list.ts";
import { parsePipSettings } from "./pip-settings.ts";
import { readLock } from "./read-lock.ts";
import { readRequirement } from "./read-requirement.ts";

const PYTHON = {
  executable: "/usr/bin/python3",
  folders: [],
  version: "3.11",
  platform: "linux",
  markers: {},
};
const HASH = "a".repeat(64);
const entry = (name: string, version: string, hashes: object = { hashes: { sha256: HASH } }) => ({
  metadata: { name, version },
  download_info: { archive_info: hashes },
});
const lockOf = (...install: object[]) => readLock(JSON.stringify({ install }), PYTHON);

describe("a requirement", () => {
  it.each([
    ["requests", "requests", "requests"],
    ["Ruamel.YAML >= 0.17, < 1", "ruamel-yaml", "ruamel-yaml>=0.17,<1"],
    ["httpx[http2]~=0.27", "httpx", "httpx[http2]~=0.27"],
    ["tomli (>=2)", "tomli", "tomli>=2"],
    ['tomli>=2; python_version < "3.11"', "tomli", 'tomli>=2 ; python_version < "3.11"'],
  ])("is read from %j", (written, name, line) => {
    expect(readRequirement(written)).toMatchObject({ name, line });
  });

  it.each([
    "",
    "-r other.txt",
    "--pre",
    "./local",
    "a @ file:///etc",
    "git+https://x",
    "a b",
    "a\n--pre",
    "a>=1 --hash=sha256:0",
    `a${"b".repeat(400)}`,
  ])("is not read from %j", (written) => {
    expect(() => readRequirement(written)).toThrow("is not a package name");
  });
});

describe("a lock", () => {
  it("is the same for the same packages in whatever order, and another for another interpreter", () => {
    const one = lockOf(entry("B_b", "1.0"), entry("a", "2"));
    expect(one.key).toBe(lockOf(entry("a", "2"), entry("b-b", "1.0")).key);
    expect(one.requirements).toBe(`a==2 --hash=sha256:${HASH}\nb-b==1.0 --hash=sha256:${HASH}\n`);
    const report = JSON.stringify({ install: [entry("a", "2"), entry("b-b", "1.0")] });
    expect(readLock(report, { ...PYTHON, version: "3.12" }).key).not.toBe(one.key);
  });

  it("takes the hash as older versions of pip write it, and nothing without one", () => {
    expect(lockOf(entry("a", "1", { hash: `sha256=${HASH}` })).packages[0]?.sha256).toBe(HASH);
    expect(() => lockOf(entry("a", "1", {}))).toThrow("cannot be read");
    expect(() => lockOf(entry("a", "1 --pre"))).toThrow("cannot be read");
    expect(() => readLock("Collecting a", PYTHON)).toThrow("cannot be read");
  });
});

it("a package list names its variable when it cannot be read", () => {
  expect([...readPackageList("requests>=2,<3  PyYAML").keys()]).toEqual(["requests", "pyyaml"]);
  expect(() => readPackageList("requests @ https://x")).toThrow("LILUX_SCRIPT_PACKAGES");
});

it("of pip's configuration only where packages come from is taken, the nearer one first", () => {
  const { variables, paths } = parsePipSettings(
    [
      "global.index-url='https://a/simple'",
      "install.index-url='https://b/simple'",
      ":env:.find-links='/opt/wheels\\nhttps://c file:///srv/wheels'",
      "global.target='/somewhere'",
      "global.cert='/etc/ca.pem'",
    ].join("\n"),
  );
  expect(variables).toEqual({
    PIP_INDEX_URL: "https://b/simple",
    PIP_FIND_LINKS: "/opt/wheels https://c file:///srv/wheels",
    PIP_CERT: "/etc/ca.pem",
  });
  expect(paths).toEqual(["/opt/wheels", "/srv/wheels", "/etc/ca.pem"]);
});
