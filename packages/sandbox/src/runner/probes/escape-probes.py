"""Tries to get out of the sandbox in every way on the list, and says what came of each."""

import ctypes
import errno
import json
import mmap
import os
import platform
import resource
import signal
import socket
import struct
import sys
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
X64 = platform.machine() == "x86_64"
results = {}


def probe(name):
    """A probe answers None when it was refused, else what it got."""

    def register(action):
        try:
            got = action()
        except (OSError, MemoryError, ValueError) as error:
            results[name] = {"refused": True, "how": errno.errorcode.get(getattr(error, "errno", 0) or 0, type(error).__name__)}
            return
        results[name] = {"refused": got is None, "how": "nothing there" if got is None else str(got)[:200]}

    return register


def call(number, *arguments):
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in arguments])
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return answer


# System calls, by their numbers on x86-64 and arm64.
CALLS = {
    "ptrace": (101, 117, 16, os.getppid(), 0, 0),
    "process_vm_readv": (310, 270, os.getppid(), 0, 0, 0, 0, 0),
    "process_vm_writev": (311, 271, os.getppid(), 0, 0, 0, 0, 0),
    "pidfd_getfd": (438, 438, 0, 0, 0),
    "kcmp": (312, 272, os.getpid(), os.getpid(), 0, 0, 0),
    "kexec_load": (246, 104, 0, 0, 0, 0),
    "init_module": (175, 105, 0, 0, 0),
    "finit_module": (313, 273, 0, 0, 0),
    "delete_module": (176, 106, 0, 0),
    "mount": (165, 40, 0, 0, 0, 0, 0),
    "umount2": (166, 39, 0, 2),
    "pivot_root": (155, 41, 0, 0),
    "chroot": (161, 51, 0),
    "move_mount": (429, 429, 0, 0, 0, 0, 0),
    "open_tree": (428, 428, -100, 0, 1),
    "fsopen": (430, 430, 0, 0),
    "mount_setattr": (442, 442, 0, 0, 0, 0, 0),
    "setns": (308, 268, 0, 0),
    "unshare of a user namespace": (272, 97, 0x10000000),
    "unshare of a mount namespace": (272, 97, 0x00020000),
    "clone of a user namespace": (56, 220, 0x10000000 | 17, 0, 0, 0, 0),
    "clone of a network namespace": (56, 220, 0x40000000 | 17, 0, 0, 0, 0),
    "clone3": (435, 435, 0, 0),
    "keyctl": (250, 219, 0, -3, 1),
    "add_key": (248, 217, 0, 0, 0, 0, -3),
    "request_key": (249, 218, 0, 0, 0, 0),
    "bpf": (321, 280, 0, 0, 0),
    "perf_event_open": (298, 241, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 282, 0),
    "io_uring_setup": (425, 425, 1, 0),
    "reboot": (169, 142, 0xFEE1DEAD, 672274793, 0, 0),
    "swapon": (167, 224, 0, 0),
    "swapoff": (168, 225, 0),
    "acct": (163, 89, 0),
    "quotactl": (179, 60, 0, 0, 0, 0),
    "syslog": (103, 116, 3, 0, 0),
    "settimeofday": (164, 170, 0, 0),
    "clock_settime": (227, 112, 0, 0),
    "sethostname": (170, 161, 0, 0),
    "name_to_handle_at": (303, 264, 0, 0, 0, 0, 0),
    "open_by_handle_at": (304, 265, 0, 0, 0),
    "fanotify_init": (300, 262, 0, 0),
    "move_pages": (279, 239, 0, 0, 0, 0, 0, 0),
    "memfd_create": (319, 279, ctypes.cast(ctypes.c_char_p(b"x"), ctypes.c_void_p).value, 0),
    "memfd_secret": (447, 447, 0),
    "shmget": (29, 194, 0, 4096, 0o1600),
    "msgget": (68, 186, 0, 0o1600),
    "mq_open": (240, 180, 0, 0, 0, 0),
    "vmsplice": (278, 75, 0, 0, 0, 0),
    "personality without address randomisation": (135, 92, 0x0040000),
    "a call newer than the filter": (451, 451, 0, 0, 0, 0),
    "TIOCSTI, typing into a terminal": (16, 29, 0, 0x5412, 0),
    "TIOCLINUX, pasting on a console": (16, 29, 0, 0x541C, 0),
}
for name, (x64, arm64, *arguments) in CALLS.items():
    probe("system call: " + name)(lambda: call(x64 if X64 else arm64, *arguments))
if X64:
    for name, number in {"iopl": 172, "ioperm": 173, "modify_ldt": 154, "mknod": 133, "ptrace by its x32 number": 0x40000000 + 521, "getpid by its x32 number": 0x40000000 + 39}.items():
        probe("system call: " + name)(lambda: call(number, 0, 0, 0))


@probe("system call by the 32-bit gate")
def thirty_two_bit():
    if not X64:
        return None
    # int 0x80 with eax = 20, getpid of the 32-bit table; the process that does it must not live.
    child = os.fork()
    if child == 0:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS else "it lived"


# Sockets.
for name, family, kind, protocol in [
    ("packet", 17, socket.SOCK_RAW, 0),
    ("netlink audit", 16, socket.SOCK_RAW, 9),
    ("netlink netfilter", 16, socket.SOCK_RAW, 12),
    ("kernel crypto", 38, socket.SOCK_SEQPACKET, 0),
    ("vsock to the host", 40, socket.SOCK_STREAM, 0),
    ("raw internet", 2, socket.SOCK_RAW, 1),
]:
    probe("socket: " + name)(lambda: socket.socket(family, kind, protocol))


def connects(address):
    return lambda: socket.create_connection(address, 1)


probe("network: the host's loopback")(connects(("127.0.0.1", 22)))
probe("network: a cloud's metadata")(connects(("169.254.169.254", 80)))
probe("network: an outside address")(connects(("1.1.1.1", 53)))
probe("network: name resolution")(lambda: socket.getaddrinfo("example.com", 80))
probe("network: interfaces beyond loopback")(
    lambda: [name for _, name in socket.if_nameindex() if name != "lo"] or None
)


@probe("network: an abstract socket of the host")
def abstract():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0lilux-probe")
        return "connected"


# Files.
for place in ["/usr/bin/probe", "/probe", "/etc/probe", "/dev/probe", "/bin/probe", "/script/probe", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/probe"]:
    probe("writes: " + place)(lambda: open(place, "w"))
probe("writes: its own script")(lambda: open(__file__, "a"))
probe("writes: over a system file by its permissions")(lambda: os.chmod("/usr/bin/python3", 0o777))
for place in ["/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/run", "/sys", "/boot", "/work", "/srv", "/opt", "/project", "/etc/hosts", "/etc/ssl"]:
    probe("sees: " + place)(lambda: place if os.path.exists(place) else None)
for place in ["/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/loop0"]:
    probe("device: " + place)(lambda: open(place, "rb"))
probe("device: made by mknod")(lambda: os.mknod("/scratch/null", 0o20666, os.makedev(1, 3)))


@probe("files: a set-uid program gains anything")
def set_uid():
    for program in ["/usr/bin/su", "/usr/bin/mount", "/usr/bin/passwd"]:
        if os.path.exists(program) and os.stat(program).st_mode & 0o4000:
            # The bit is there; NoNewPrivs and the mapped users make it mean nothing.
            child = os.fork()
            if child == 0:
                try:
                    os.setresuid(0, 0, 0)
                except OSError:
                    os._exit(0)
                os._exit(1)
            if os.waitpid(child, 0)[1] != 0:
                return program
    return None


@probe("files: a link to the host")
def link():
    os.symlink("/proc/1/root/etc/passwd", "/scratch/link")
    return open("/scratch/link").read()


@probe("files: an open descriptor of the server")
def descriptors():
    known = {0, 1, 2}
    found = [int(name) for name in os.listdir("/proc/self/fd")] if os.path.exists("/proc/self/fd") else range(3, 64)
    open_ones = []
    for number in found:
        if number in known:
            continue
        try:
            target = os.readlink("/proc/self/fd/%d" % number) if os.path.exists("/proc") else str(os.fstat(number))
        except OSError:
            continue
        if "/proc/" not in target and target != "/dev/null":
            open_ones.append("%d %s" % (number, target))
    return open_ones or None


@probe("files: kernel addresses")
def addresses():
    lines = open("/proc/kallsyms").read(65536).splitlines()
    shown = [line for line in lines if line.split()[0].strip("0")]
    return shown[:1] or None


# Other processes and users.
probe("processes: others than its own")(
    lambda: [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) > 1 and b"node" in open("/proc/%s/cmdline" % pid, "rb").read()] or None
)
probe("processes: the first one's memory")(lambda: open("/proc/1/mem", "rb+").read(1))
probe("processes: the first one's environment")(
    lambda: [word for word in open("/proc/1/environ", "rb").read().split(b"\0") if word and b"LILUX_PROBE_SECRET" in word] or None
)
probe("processes: ends the first one")(lambda: (os.kill(1, signal.SIGKILL), None)[1])
probe("users: is root")(lambda: "root" if 0 in os.getresuid() + os.getresgid() else None)
probe("users: becomes root")(lambda: os.setuid(0))
probe("users: another group")(lambda: os.setgroups([0]))
probe("users: its user namespace's map")(lambda: os.write(os.open("/proc/self/uid_map", os.O_WRONLY), b"0 0 1"))
probe("users: a capability")(
    lambda: next(
        (line for line in open("/proc/self/status") if line.startswith(("CapEff", "CapPrm", "CapBnd", "CapAmb")) and line.split()[1].strip("0")),
        None,
    )
)
probe("users: privileges to be gained")(
    lambda: None if "NoNewPrivs:\t1" in open("/proc/self/status").read() else "NoNewPrivs is off"
)
probe("users: an unfiltered system call table")(
    lambda: None if "Seccomp:\t2" in open("/proc/self/status").read() else "no filter"
)
probe("environment: a variable of the server")(
    lambda: sorted(set(os.environ) - {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PWD", "PYTHONDONTWRITEBYTECODE", "LILUX_OUTPUT_DIR", "OLDPWD", "SHLVL", "_"}) or None
)


# Limits.
@probe("limits: raises its own")
def raises():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "raised"


@probe("limits: a file over the largest size")
def large_file():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("/scratch/large", "wb") as file:
        for _ in range(80):
            file.write(b"x" * 1024 * 1024)
    return "80 MiB"


@probe("limits: more open files")
def many_files():
    files = [tempfile.TemporaryFile() for _ in range(400)]
    return len(files)


@probe("limits: more processes")
def many_processes():
    children = []
    try:
        for _ in range(100):
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return len(children)


@probe("limits: more memory than one process may")
def memory():
    return len(bytearray(2 * 1024**3))


json.dump(results, sys.stdout)
