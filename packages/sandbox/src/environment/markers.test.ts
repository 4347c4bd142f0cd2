import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { describePython } from "../runner/describe-python.ts";
import { applyingDependencies } from "./applying-dependencies.ts";
import { evaluateMarker } from "./evaluate-marker.ts";

const VALUES = {
  python_version: "3.11",
  python_full_version: "3.11.2",
  sys_platform: "linux",
  os_name: "posix",
  platform_machine: "x86_64",
  platform_release: "6.1.0-32-amd64",
  platform_python_implementation: "CPython",
  implementation_name: "cpython",
  extra: "",
};

describe("an environment marker", () => {
  it.each([
    ['python_version < "3.11"', false],
    ["python_version >= '3.9'", true],
    ["python_version<'3.9'", false],
    ["'3.9' <= python_version", true],
    ["python_version == '3.*'", true],
    ["python_version != '3.11.*'", false],
    ["python_full_version ~= '3.11.0'", true],
    ["python_full_version === '3.11.2'", true],
    ["python_version in '3.10, 3.11'", true],
    ["python_version not in '3.10, 3.11'", false],
    ["python_version not   in '3.10'", true],
    ["sys_platform == 'win32'", false],
    ["sys.platform != 'win32' and os.name == 'posix'", true],
    ["platform_python_implementation == 'CPython'", true],
    ["python_implementation == 'PyPy'", false],
    ["sys_platform == 'win32' or python_version > '3' and os_name == 'nt'", false],
    ["(sys_platform == 'win32' or python_version > '3') and os_name == 'posix'", true],
    ["((python_version > '3'))", true],
    ["platform_release >= '5'", true],
    ["extra == 'test'", false],
    ["'linux' in sys_platform", true],
    ["sys_platform > 'darwin'", true],
  ])("%s: %s", (marker, holds) => {
    expect(evaluateMarker(marker, VALUES)).toBe(holds);
  });

  it.each([
    "",
    "python_version",
    "python_version <",
    "python_version < 3.11",
    "python_version < '3.11",
    "(python_version < '3.11'",
    "python_version < '3.11')",
    "python_version < '3.11' and",
    "python_version < '3.11' sys_platform == 'linux'",
    "unknown_name == 'x'",
    "__proto__ == 'x'",
    "sys_platform ~= 'linux'",
    "not python_version < '3'",
    "python_version < '3' || os_name == 'x'",
  ])("is not read from %j", (marker) => {
    expect(evaluateMarker(marker, VALUES)).toBeUndefined();
  });

  it("that does not hold takes its dependency out, whatever that is", () => {
    const given = [
      "rich",
      'tomli>=2 ; python_version < "3.11"',
      'pywin32; sys_platform == "win32"',
      "x @ https://example.com/a;b.whl ; os_name == 'nt'",
      "requests; python_version >= '3'",
    ];
    expect(applyingDependencies(given, VALUES)).toEqual(["rich", given[4]]);
    expect(() => applyingDependencies(["rich; python_version"], VALUES)).toThrow("rich; python_");
  });

  it("holds for the values that Python itself gives", async () => {
    const facts = await describePython("python3");
    const version = execFileSync("python3", ["-V"], { encoding: "utf8" }).trim().split(" ")[1];
    const marker = `python_full_version == "${version}" and sys_platform == "${process.platform}"`;
    expect(evaluateMarker(marker, facts?.markers ?? {})).toBe(true);
    expect(Object.keys(facts?.markers ?? {})).toHaveLength(12);
  });
});
