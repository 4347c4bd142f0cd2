"""Tries to leave, in the folder it may write to, every name and kind of thing that the host would obey."""

import json
import os
import socket

ROOT = "/project/work"
os.chdir(ROOT)
tried = []

NAMES = [
    ".git", ".GIT", ".Git", ".envrc", ".ENVRC", ".vscode", ".ai", ".AI", ".husky", ".github", ".idea",
    ".direnv", ".ssh", ".hidden", ".", "..git", "...", ".git ", ".git.", " .git",
    ".g\u200cit", "\u200c.git", "\u2060.envrc", "\ufeff.git", "\u2024git", "\uff0egit", "\ufe52git", "\u2026git",
    "GIT~1", "git~1", "AI~1", "VSCODE~1", "ENVRC~1.",
    "id_rsa", "server.pem", "secrets.json", "SECRETS.JSON", "credentials", "secrets.json.",
    ".git\\config", "work\\.git", "\\.git", "a\nb", "\x01.git",
]
NAMES = [name for name in NAMES if name not in (".", "..")]


def attempt(way, name, action):
    try:
        action()
        tried.append([way, name])
    except OSError:
        pass


def write(path, text="x"):
    with open(path, "w") as file:
        file.write(text)


def folder(path):
    os.mkdir(path)
    write(path + "/config")


for number, name in enumerate(NAMES):
    place = "ways/%d" % number
    for way in ("file", "folder", "rename", "move", "hardlink", "symlink", "nested", "replace"):
        os.makedirs(place + "/" + way)
    attempt("file", name, lambda: write(place + "/file/" + name))
    attempt("folder", name, lambda: folder(place + "/folder/" + name))
    write(place + "/rename/plain")
    attempt("rename", name, lambda: os.rename(place + "/rename/plain", place + "/rename/" + name))
    folder(place + "/move/plain")
    attempt("move", name, lambda: os.rename(place + "/move/plain", place + "/move/" + name))
    write(place + "/hardlink/plain")
    attempt("hardlink", name, lambda: os.link(place + "/hardlink/plain", place + "/hardlink/" + name))
    attempt("symlink", name, lambda: os.symlink("/etc/passwd", place + "/symlink/" + name))
    attempt("nested", name, lambda: (os.makedirs(place + "/nested/a/b/" + name), write(place + "/nested/a/b/" + name + "/hooks")))
    # Within a folder that is made elsewhere first and then moved as a whole.
    os.mkdir(place + "/outer")
    attempt("outer", name, lambda: (folder(place + "/outer/" + name), os.rename(place + "/outer", place + "/replace/inner")))

# An existing file exchanged for something else, and things that are no files.
os.makedirs("kinds")
attempt("kind", "link out", lambda: os.symlink("/etc/passwd", "kinds/out"))
attempt("kind", "link up", lambda: os.symlink("../../..", "kinds/up"))
attempt("kind", "link in", lambda: os.symlink("plain", "kinds/in"))
attempt("kind", "link to nothing", lambda: os.symlink("nowhere", "kinds/nothing"))
attempt("kind", "pipe", lambda: os.mkfifo("kinds/pipe"))
attempt("kind", "socket", lambda: socket.socket(socket.AF_UNIX).bind("kinds/socket"))
attempt("kind", "device", lambda: os.mknod("kinds/device", 0o020666, os.makedev(1, 3)))
attempt("kind", "bytes", lambda: write(b"kinds/\xff\xfe"))
attempt("kind", "file to link", lambda: (os.remove("old.txt"), os.symlink("/etc/passwd", "old.txt")))
attempt("kind", "link elsewhere", lambda: (os.remove("was-link"), os.symlink("../../outside", "was-link")))
attempt("kind", "folder to link", lambda: (os.rmdir("empty"), os.symlink("/etc", "empty")))
attempt("kept", "old hook", lambda: write(".husky/pre-commit", "evil"))
attempt("kept", "old rc", lambda: write(".envrc", "evil"))
attempt("kept", "old rc away", lambda: os.remove(".tool-versions"))

# Modes.
os.makedirs("modes")
for mode in (0o4755, 0o2755, 0o6777, 0o1755, 0o755, 0o111):
    path = "modes/%o" % mode
    write(path, "#!/bin/sh\n")
    attempt("mode", "%o" % mode, lambda: os.chmod(path, mode))
os.mkdir("modes/folder")
attempt("mode", "folder", lambda: os.chmod("modes/folder", 0o7777))
attempt("mode", "old", lambda: (write("old.sh", "#!/bin/sh\necho changed\n"), os.chmod("old.sh", 0o6777)))
attempt("mode", "old plain", lambda: (write("plain.txt", "changed"), os.chmod("plain.txt", 0o777)))

write("report.txt", "fine")
print(json.dumps({"tried": tried}))
