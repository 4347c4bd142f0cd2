import { readdir, readFile } from "node:fs/promises";
import { createInProcessBus } from "@lilux/bus";
import { digestCall } from "@lilux/core/calls";
import type { ExecuteArguments, ItemType } from "@lilux/protocol";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { clockOf, eventually, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, yesTo } from "../testing/yes.ts";

function run(
  item_id: string,
  parameters?: Record<string, unknown>,
  item_type: ItemType = "script",
): { arguments: ExecuteArguments } {
  const given = { item_type, item_id, action: "run" } as const;
  return { arguments: parameters === undefined ? given : { ...given, parameters } };
}
const script = (text: string) => ({ "project/.ai/scripts/it.py": text });

describe("running a directive", () => {
  const inputs = `<inputs>
    <input name="file" type="string" required="true">Path.</input>
    <input name="count" type="integer" default="3"/>
    <input name="level" type="string"><schema>{"enum":["low","high"]}</schema></input>
  </inputs>
  <process><step name="one"><description>Look at {file}.</description>
    <action>Read {input:file}, {{count}} lines of {unknown}.</action></step></process>
  <outputs><success>A report on {file}.</success></outputs>`;
  const permissions = `<permissions><execute resource="script" id="csv"/></permissions>`;
  const files = {
    "project/.ai/directives/data/profile.md": directiveText("profile", inputs, permissions),
  };

  it("answers its steps with checked inputs filled in, its permissions and outputs", async () => {
    await using started = await startKiwi(files);
    const { result } = await started.execute(run("profile", { file: "a.csv" }, "directive"));
    expect(result).toMatchObject({
      status: "ready",
      inputs: { file: "a.csv", count: 3 },
      steps: [
        {
          name: "one",
          description: "Look at a.csv.",
          action: "Read a.csv, 3 lines of {unknown}.",
        },
      ],
      permissions: [{ verb: "execute", attributes: { resource: "script", id: "csv" } }],
      outputs: { success: "A report on a.csv." },
    });
  });

  it("names every wrong input at once and shows a call that would do", async () => {
    await using started = await startKiwi(files);
    const given = run("profile", { file: " ", count: "x", level: "mid" }, "directive");
    const error = await errorOf(started.execute(given));
    expect(error.code).toBe("invalid_inputs");
    const fields = error.details?.["fields"] as { field: string }[];
    expect(fields.map(({ field }) => field)).toEqual(["file", "count", "level"]);
    expect(error.details?.["example"]).toMatchObject({
      name: "execute",
      arguments: { parameters: { file: "<file>", count: 3, level: "low" } },
    });
  });

  it("ends a schema that would be checked for ever", async () => {
    const evil = `<inputs><input name="a" type="string"><schema>{"pattern":"^(a+)+$"}</schema></input></inputs>`;
    await using started = await startKiwi({
      "project/.ai/directives/evil.md": directiveText("evil", evil),
    });
    const given = run("evil", { a: `${"a".repeat(60)}!` }, "directive");
    expect((await errorOf(started.execute(given))).code).toBe("invalid_inputs");
  });
});

describe("running knowledge", () => {
  it("answers its title and content", async () => {
    await using started = await startKiwi({
      "project/.ai/knowledge/traps.md": "---\ntitle: Traps\n---\n# Traps\n\nMind the gap.\n",
    });
    const { result } = await started.execute(run("traps", undefined, "knowledge"));
    expect(result).toMatchObject({
      status: "ready",
      data: { title: "Traps", content: "# Traps\n\nMind the gap." },
    });
  });
});

describe("permissions and confirms", () => {
  const destructive = directiveText("purge", "", '<effect class="destructive"/>');

  // Mutant: return early from assertPermitted, and this runs.
  it("denies what the grants of the calling directive do not name, and says what would", async () => {
    await using started = await startKiwi(script("print(1)"));
    const error = await errorOf(started.execute({ ...run("it"), grants: [] }));
    expect(error).toMatchObject({
      code: "permission_denied",
      details: { needed: { verb: "execute", attributes: { resource: "script", id: "it" } } },
    });
    expect(error.message).toContain('<execute resource="script" id="it"/>');
  });

  // Mutant: compare only the callId, and a confirmation of other arguments passes.
  it("runs a destructive item only with a confirmation of exactly this call", async () => {
    await using started = await startKiwi({ "project/.ai/directives/purge.md": destructive });
    const given = run("purge", { days: 30 }, "directive");
    const callDigest = digestCall({ name: "execute", arguments: given.arguments });
    const other = digestCall({ name: "execute", arguments: run("purge").arguments });
    for (const confirmation of [
      undefined,
      { callId: "other", callDigest },
      { callId: "c1", callDigest: other },
    ]) {
      const request = { ...given, callId: "c1", ...(confirmation && { confirmation }) };
      expect((await errorOf(started.execute(request))).code).toBe("confirm_required");
    }
    const confirmation = yesTo(await askedOf(started, given.arguments, { callId: "c1" }));
    expect(confirmation.callDigest).toBe(callDigest);
    const confirmed = { ...given, callId: "c1", confirmation };
    expect((await started.execute(confirmed)).result.status).toBe("ready");
  });
});

describeInSandbox("call ids", () => {
  const counting = script("import time; print(time.time_ns())");

  // Mutant: never return the known record, and the two outputs differ.
  it("answers a repeated call with the recorded result and runs nothing", async () => {
    await using started = await startKiwi(counting);
    const given = { ...run("it"), callId: "same" };
    const [first, second] = await Promise.all([started.execute(given), started.execute(given)]);
    const third = await started.execute(given);
    expect(second.result).toEqual(first.result);
    expect(third.result).toEqual(first.result);
  });

  it("refuses a call id that was used for other arguments", async () => {
    await using started = await startKiwi(counting);
    await started.execute({ ...run("it"), callId: "same" });
    const error = await errorOf(started.execute({ ...run("it", { a: 1 }), callId: "same" }));
    expect(error).toMatchObject({ code: "invalid_request", details: { field: "callId" } });
  });

  it("lets a call that was refused before it ran be tried again", async () => {
    await using started = await startKiwi(counting);
    const given = { ...run("it"), callId: "same" };
    await errorOf(started.execute({ ...given, grants: [] }));
    expect((await started.execute(given)).result.status).toBe("success");
  });

  it("keeps tenants' call ids apart, and forgets results after their time", async () => {
    let now = Date.now();
    const clock = clockOf(() => now);
    const bus = createInProcessBus({ clock });
    await using started = await startKiwi(counting, {}, { clock, bus });
    const given = { ...run("it"), callId: "same" };
    const mine = await started.execute(given);
    const theirs = await started.execute({ ...given, tenant: testTenant("acme") });
    expect(theirs.result.data).not.toEqual(mine.result.data);
    now += 10 * 60_000 + 1;
    expect((await started.execute(given)).result.data).toEqual(mine.result.data);
    now += 30 * 60_000 + 1;
    expect((await started.execute(given)).result.data).not.toEqual(mine.result.data);
  });
});

describeInSandbox("running a script in the sandbox", () => {
  it("passes parameters as flags and answers the JSON object it prints", async () => {
    const text = "import json, sys; print(json.dumps({'argv': sys.argv[1:]}))";
    await using started = await startKiwi(script(text));
    const parameters = { word_count: 3, all: true, none: null, off: false, tag: ["a", "-b"] };
    const { result } = await started.execute(run("it", { ...parameters, _timeout: 20 }));
    expect(result).toMatchObject({
      status: "success",
      data: { argv: ["--word-count=3", "--all", "--tag=a", "--tag=-b"] },
      metadata: { sandbox: "bubblewrap", exitCode: 0, truncated: false },
    });
  });

  it("streams stderr as progress and keeps it as logs", async () => {
    const text = "import sys\nfor i in range(3): print('step', i, file=sys.stderr)\nprint('done')";
    await using started = await startKiwi(script(text));
    const { result, progress } = await started.execute(run("it"));
    expect(progress).toEqual(["step 0", "step 1", "step 2"]);
    expect(result).toMatchObject({ data: { output: "done\n" }, logs: progress });
  });

  it.each([
    ["raise ValueError('no such city')", "ValueError: no such city"],
    ['print(\'{"error": "bad key"}\'); raise SystemExit(3)', "bad key"],
    ['print(\'{"status": "error", "error": "bad key"}\')', "bad key"],
    ["raise SystemExit(4)", "The script ended with exit code 4."],
  ])("answers %j as an error in the script's own words", async (text, message) => {
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run("it"));
    expect(result).toMatchObject({ status: "error", data: { error: message } });
  });

  it("shows a script no network, no files of the host, no variables, no root", async () => {
    const text = `
import json, os, socket
def tries(action):
    try:
        action()
        return "yes"
    except OSError:
        return "no"
print(json.dumps({
    "network": tries(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "write": tries(lambda: open("/usr/x", "w")) + tries(lambda: open("/x", "w")) + tries(lambda: open("/dev/x", "w")),
    "passwd": tries(lambda: open("/etc/passwd")),
    "script": tries(lambda: open(__file__, "w")),
    "scratch": tries(lambda: open("x", "w")) + tries(lambda: open("/tmp/x", "w")),
    "uid": os.getuid(),
    "processes": len([p for p in os.listdir("/proc") if p.isdigit()]) if os.path.exists("/proc") else 0,
    "variables": sorted(os.environ),
}))`;
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run("it"));
    const data = result.data as Record<string, unknown>;
    expect(data).toMatchObject({
      network: "no",
      write: "nonono",
      passwd: "no",
      script: "no",
      scratch: "yesyes",
      uid: 65_534,
    });
    expect(data["processes"]).toBeLessThanOrEqual(3);
    for (const name of data["variables"] as string[]) {
      expect([
        "HOME",
        "LANG",
        "LC_CTYPE",
        "LILUX_OUTPUT_DIR",
        "PATH",
        "PWD",
        "PYTHONDONTWRITEBYTECODE",
        "TMPDIR",
      ]).toContain(name);
    }
  });

  it("stops an endless script at its time limit", async () => {
    await using started = await startKiwi(script("while True: pass"));
    const error = await errorOf(started.execute(run("it", { _timeout: 0.5 })));
    expect(error).toMatchObject({ code: "script_timeout", details: { timeoutSeconds: 0.5 } });
  });

  // Mutant: take --die-with-parent out of the plan, and sleepers are left behind.
  it("leaves no process behind when the caller goes away", async () => {
    const text = `
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(97531)"], start_new_session=True)
print("started", file=sys.stderr, flush=True)
time.sleep(97531)`;
    await using started = await startKiwi(script(text));
    const request = {
      tenant: testTenant("local"),
      by: "person",
      callId: "leave",
      ...run("it"),
    } as const;
    for await (const event of started.kiwi.api.execute(request)) {
      if (event.type === "progress") break;
    }
    await eventually(async () => (await commandLines()).every((line) => !line.includes("97531")), {
      withinMs: 20_000,
    });
    expect((await errorOf(started.execute({ ...run("it"), callId: "leave" }))).code).toBe(
      "cancelled",
    );
  });

  it("survives a fork bomb, and other scripts run after it", async () => {
    const text = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass\n";
    await using started = await startKiwi({
      ...script(text),
      "project/.ai/scripts/other.py": "print('fine')",
    });
    const error = await errorOf(started.execute(run("it", { _timeout: 1 })));
    expect(error.code).toBe("script_timeout");
    const { result } = await started.execute(run("other"));
    expect(result.data).toEqual({ output: "fine\n" });
  });

  // Mutant: take --nproc out of the limits, and it forks 500 times.
  it("bounds how many processes a script has at once", async () => {
    const text = `
import os, time
count = 0
while count < 500:
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        count += 1
    except OSError:
        break
print(count)`;
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run("it"));
    expect(Number((result.data as { output: string }).output)).toBeLessThan(64);
  });

  it("bounds what a script takes of memory and scratch space", async () => {
    const text = `
try:
    x = bytearray(3 * 1024 ** 3)
    print("memory")
except MemoryError:
    pass
import os
for place in ("/tmp", "/scratch", "/dev/shm"):
    try:
        for index in range(4):
            with open(place + "/" + str(index), "wb") as file:
                file.write(b"x" * 40 * 1024 * 1024)
        print(place)
    except OSError:
        for index in range(4):
            if os.path.exists(place + "/" + str(index)): os.remove(place + "/" + str(index))
print("end")`;
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run("it"));
    expect(result.data).toEqual({ output: "end\n" });
  });

  it("refuses a time limit beyond the longest", async () => {
    await using started = await startKiwi(script("print(1)"));
    const error = await errorOf(started.execute(run("it", { _timeout: 301 })));
    expect(error).toMatchObject({ code: "invalid_inputs", details: { field: "_timeout" } });
  });

  it("runs more scripts than it has slots for, one after the other", async () => {
    await using started = await startKiwi(script("print('ok')"), { scriptsMax: 2 });
    const runs = Array.from({ length: 6 }, () => started.execute(run("it")));
    for (const { result } of await Promise.all(runs)) expect(result.status).toBe("success");
  });
});

describe("running a script without a sandbox", () => {
  const nothing = { programPath: "", findsSandbox: false };

  it("refuses, and says how to get one", async () => {
    await using started = await startKiwi(script("print(1)"), nothing);
    const error = await errorOf(started.execute(run("it")));
    expect(error.code).toBe("sandbox_unavailable");
    expect(error.message).toContain("apt install bubblewrap");
  });

  // Mutant: drop the tenant from chooseRunner, and acme's script runs unprotected.
  it("runs plainly by the operator's word, for the local tenant only, and says so", async () => {
    const config = { ...nothing, unsandboxedScripts: true };
    await using started = await startKiwi(script("import os; print(sorted(os.environ))"), config);
    const { result } = await started.execute(run("it"));
    expect(result.metadata.sandbox).toBe("none (LILUX_UNSANDBOXED_SCRIPTS=single-user)");
    expect(JSON.stringify(result.data)).not.toContain("VITEST");
    const other = await errorOf(started.execute({ ...run("it"), tenant: testTenant("acme") }));
    expect(other.code).toBe("sandbox_unavailable");
  });

  // Mutant: kill only the child instead of its group, and the sleeper is left behind.
  it("stops an endless script and its children there as well", async () => {
    const config = { ...nothing, unsandboxedScripts: true };
    const text = `
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(86421)"])
while True: pass`;
    await using started = await startKiwi(script(text), config);
    const error = await errorOf(started.execute(run("it", { _timeout: 1 })));
    expect(error.code).toBe("script_timeout");
    await eventually(async () => (await commandLines()).every((line) => !line.includes("86421")), {
      withinMs: 20_000,
    });
  });
});

async function commandLines(): Promise<string[]> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = processes.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""));
  return Promise.all(lines);
}
