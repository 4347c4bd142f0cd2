import { assembleBpf, type BpfInstruction } from "./assemble-bpf.ts";
import {
  ABSENT_SYSCALLS,
  CHECKED_SYSCALLS,
  FORBIDDEN_SYSCALLS,
  NEWEST_SYSCALL,
  type SyscallMachine,
  syscallNumber,
} from "./syscall-numbers.ts";

/** `struct seccomp_data`: number, architecture, instruction pointer, six arguments of 64 bits. */
const NUMBER_OFFSET = 0;
const ARCHITECTURE_OFFSET = 4;
const argumentOffset = (index: number): number => 16 + 8 * index;

const AUDIT_ARCHITECTURE = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
/** The 32-bit face of x86-64: another way to the same calls under other numbers. */
const X32_BIT = 0x4000_0000;

const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const errno = (number: number): number => 0x0005_0000 | number;
const EPERM = errno(1);
const ENOSYS = errno(38);
const EAFNOSUPPORT = errno(97);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const CLONE_NAMESPACES = 0x7e02_0000;
/** Typing into a terminal, pasting on a console, and loading line disciplines. */
const FORBIDDEN_IOCTLS = [0x5412, 0x541c, 0x5423];
/** The ordinary one, and the question which one it is. */
const PERSONALITIES = [0, 0xffff_ffff];
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;

/** Whether a filter is written for this machine. */
export function isSyscallMachine(machine: string): machine is SyscallMachine {
  return Object.hasOwn(AUDIT_ARCHITECTURE, machine);
}

/**
 * The kernel's gate for everything that runs in the sandbox, as bytes for
 * `bwrap --seccomp`. Calls of another architecture end the process; forbidden
 * ones fail with EPERM, absent and unknown ones with ENOSYS, so that Python and
 * its libraries go on as on a kernel without them. The rest is allowed: what
 * they may reach is the namespaces' business.
 */
export function seccompFilter(machine: SyscallMachine): Buffer {
  const numbers = (table: Readonly<Record<string, readonly [number | null, number | null]>>) =>
    Object.values(table).flatMap((entry) => syscallNumber(entry, machine) ?? []);
  return assembleBpf([
    { do: "load", offset: ARCHITECTURE_OFFSET },
    { do: "jump-if", is: "equal", value: AUDIT_ARCHITECTURE[machine], to: "native" },
    { do: "return", value: KILL_PROCESS },
    { do: "label", name: "native" },
    { do: "load", offset: NUMBER_OFFSET },
    { do: "jump-if", is: "at-least", value: X32_BIT, to: "absent" },
    { do: "jump-if", is: "at-least", value: NEWEST_SYSCALL + 1, to: "absent" },
    ...jumpsOnEqual(numbers(CHECKED_SYSCALLS), (number) => `check ${number}`),
    ...jumpsOnEqual(numbers(ABSENT_SYSCALLS), () => "absent"),
    ...jumpsOnEqual(numbers(FORBIDDEN_SYSCALLS), () => "forbidden"),
    { do: "return", value: ALLOW },
    { do: "label", name: "absent" },
    { do: "return", value: ENOSYS },
    { do: "label", name: "forbidden" },
    { do: "return", value: EPERM },
    ...checks(machine),
  ]);
}

function jumpsOnEqual(
  values: readonly number[],
  label: (value: number) => string,
): BpfInstruction[] {
  return values.map((value) => ({ do: "jump-if", is: "equal", value, to: label(value) }));
}

function checks(machine: SyscallMachine): BpfInstruction[] {
  const check = (name: keyof typeof CHECKED_SYSCALLS, body: BpfInstruction[]): BpfInstruction[] => [
    { do: "label", name: `check ${syscallNumber(CHECKED_SYSCALLS[name], machine)}` },
    ...body,
  ];
  return [
    ...check("clone", [
      { do: "load", offset: argumentOffset(0) },
      { do: "jump-if", is: "any-bit", value: CLONE_NAMESPACES, to: "new namespaces" },
      { do: "return", value: ALLOW },
      { do: "label", name: "new namespaces" },
      { do: "return", value: EPERM },
    ]),
    ...check("ioctl", [
      { do: "load", offset: argumentOffset(1) },
      ...jumpsOnEqual(FORBIDDEN_IOCTLS, () => "forbidden request"),
      { do: "return", value: ALLOW },
      { do: "label", name: "forbidden request" },
      { do: "return", value: EPERM },
    ]),
    ...check("personality", [
      { do: "load", offset: argumentOffset(0) },
      ...jumpsOnEqual(PERSONALITIES, () => "ordinary personality"),
      { do: "return", value: EPERM },
      { do: "label", name: "ordinary personality" },
      { do: "return", value: ALLOW },
    ]),
    ...check("socketpair", socketFamilies("pair", [AF_UNIX])),
    ...check("socket", socketFamilies("socket", [AF_UNIX, AF_INET, AF_INET6])),
  ];
}

/** Of netlink only what names interfaces and routes: name resolution asks for it. */
function socketFamilies(name: string, families: readonly number[]): BpfInstruction[] {
  return [
    { do: "load", offset: argumentOffset(0) },
    ...jumpsOnEqual(families, () => `${name} allowed`),
    { do: "jump-if", is: "equal", value: AF_NETLINK, to: `${name} netlink` },
    { do: "return", value: EAFNOSUPPORT },
    { do: "label", name: `${name} netlink` },
    { do: "load", offset: argumentOffset(2) },
    { do: "jump-if", is: "equal", value: NETLINK_ROUTE, to: `${name} allowed` },
    { do: "return", value: EAFNOSUPPORT },
    { do: "label", name: `${name} allowed` },
    { do: "return", value: ALLOW },
  ];
}
