import { existsSync, readFileSync } from "node:fs";
import { describeUnless } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { runBpf } from "../../testing/run-bpf.ts";
import { assembleBpf } from "./assemble-bpf.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import {
  ABSENT_SYSCALLS,
  CHECKED_SYSCALLS,
  FORBIDDEN_SYSCALLS,
  syscallNumber,
} from "./syscall-numbers.ts";

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;
const EAFNOSUPPORT = 0x0005_0061;
const I386 = 0x4000_0003;
const MACHINES = [
  { machine: "x64", architecture: 0xc000_003e, read: 0, other: 0xc000_00b7 },
  { machine: "arm64", architecture: 0xc000_00b7, read: 63, other: 0xc000_003e },
] as const;

describe.each(MACHINES)("the seccomp filter for $machine", ({ machine, architecture, ...rest }) => {
  const filter = seccompFilter(machine);
  const answer = (number: number, given: readonly number[] = []): number =>
    runBpf(filter, { number, architecture, arguments: given });
  const checked = (name: keyof typeof CHECKED_SYSCALLS): number =>
    syscallNumber(CHECKED_SYSCALLS[name], machine) ?? -1;

  it("allows ordinary calls", () => {
    expect(answer(rest.read)).toBe(ALLOW);
  });

  // Mutant: take any name out of either table, and its call is allowed.
  it("refuses every call of its tables", () => {
    for (const [table, verdict] of [
      [FORBIDDEN_SYSCALLS, EPERM],
      [ABSENT_SYSCALLS, ENOSYS],
    ] as const) {
      for (const [name, numbers] of Object.entries(table)) {
        const number = syscallNumber(numbers, machine);
        if (number !== undefined) expect([name, answer(number)]).toEqual([name, verdict]);
      }
    }
  });

  // Mutant: drop the architecture check, and the 32-bit numbers pass.
  it("ends a process that calls through another architecture", () => {
    for (const other of [I386, rest.other]) {
      expect(runBpf(filter, { number: 20, architecture: other })).toBe(KILL);
    }
  });

  it("knows neither the x32 numbers nor calls newer than itself", () => {
    for (const number of [0x4000_0000, 0x4000_0000 + 101, 451, 512, 9_999, 0xffff_ffff]) {
      expect([number, answer(number)]).toEqual([number, ENOSYS]);
    }
  });

  it("lets a thread or child be made, but no namespace", () => {
    expect(answer(checked("clone"), [0x003d_0f00])).toBe(ALLOW);
    expect(answer(checked("clone"), [0x0120_0011])).toBe(ALLOW);
    for (const flag of [17, 25, 26, 27, 28, 29, 30]) {
      expect([flag, answer(checked("clone"), [(1 << flag) | 17])]).toEqual([flag, EPERM]);
    }
  });

  it("forbids typing into a terminal", () => {
    expect(answer(checked("ioctl"), [0, 0x5401])).toBe(ALLOW);
    expect(answer(checked("ioctl"), [0, 0x5412])).toBe(EPERM);
    expect(answer(checked("ioctl"), [0, 0x541c])).toBe(EPERM);
  });

  it("keeps the ordinary personality", () => {
    expect(answer(checked("personality"), [0xffff_ffff])).toBe(ALLOW);
    expect(answer(checked("personality"), [0])).toBe(ALLOW);
    expect(answer(checked("personality"), [0x0040_0000])).toBe(EPERM);
  });

  it("knows local and internet sockets, and routes of netlink, and no other family", () => {
    for (const family of [1, 2, 10]) expect(answer(checked("socket"), [family, 1, 0])).toBe(ALLOW);
    expect(answer(checked("socket"), [16, 3, 0])).toBe(ALLOW);
    for (const [family, protocol] of [
      [16, 9],
      [17, 0],
      [38, 0],
      [40, 0],
    ]) {
      expect(answer(checked("socket"), [family ?? 0, 3, protocol ?? 0])).toBe(EAFNOSUPPORT);
    }
    expect(answer(checked("socketpair"), [1, 1, 0])).toBe(ALLOW);
    expect(answer(checked("socketpair"), [2, 1, 0])).toBe(EAFNOSUPPORT);
  });
});

const HEADER = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
const noHeader = existsSync(HEADER) ? undefined : `no ${HEADER}: install linux-libc-dev`;

describeUnless(noHeader, "the system's own headers", () => {
  it("number the calls as the filter does", () => {
    const text = readFileSync(HEADER, "utf8");
    const known = new Map(
      [...text.matchAll(/#define __NR_(\w+) (\d+)/g)].map(([, name, number]) => [
        name,
        Number(number),
      ]),
    );
    const tables = { ...FORBIDDEN_SYSCALLS, ...ABSENT_SYSCALLS, ...CHECKED_SYSCALLS };
    for (const [name, [number]] of Object.entries(tables)) {
      if (known.has(name)) expect([name, number]).toEqual([name, known.get(name)]);
    }
  });
});

describe("assembling", () => {
  it("refuses a label that is missing, doubled or behind, and a jump that is too far", () => {
    const end = { do: "return", value: 0 } as const;
    const label = { do: "label", name: "a" } as const;
    const jump = { do: "jump-if", is: "equal", value: 1, to: "a" } as const;
    expect(() => assembleBpf([jump, end])).toThrow("no label a");
    expect(() => assembleBpf([label, label, end])).toThrow("twice");
    expect(() => assembleBpf([label, jump, end])).toThrow("behind");
    const far = Array.from({ length: 256 }, () => end);
    expect(() => assembleBpf([jump, ...far, label, end])).toThrow("too far");
    expect(assembleBpf([jump, ...far.slice(1), label, end])).toHaveLength(8 * 257);
  });
});
