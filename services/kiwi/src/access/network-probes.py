"""Tries to reach what a script must not, by every way out there is."""

import http.client
import json
import os
import socket
import sys
import urllib.error
import urllib.request

PORT = int(sys.argv[1].split("=")[1])
PROXY = ("127.0.0.1", 3128)
reached = []
tried = 0


def attempt(name, action):
    """Tells when the action answers at all."""
    global tried
    tried += 1
    try:
        answer = action()
    except (OSError, http.client.HTTPException, ValueError):
        return
    if answer is not None:
        reached.append([name, str(answer)[:80]])


def tunnel(authority):
    with socket.create_connection(PROXY, 5) as client:
        client.sendall(("CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % authority).encode())
        line = client.recv(200).decode("latin-1").split("\r\n")[0]
        return line if " 200 " in line else None


def get(url, host=None):
    with socket.create_connection(PROXY, 5) as client:
        client.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (url, host or "api.example.test")).encode())
        line = client.recv(200).decode("latin-1").split("\r\n")[0]
        return line if " 200 " in line else None


HOSTS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
    "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00::1]",
    "[64:ff9b::7f00:1]", "169.254.169.254", "[fd00:ec2::254]", "10.0.0.5", "172.16.0.1", "192.168.1.1",
    "localhost", "localhost.", "LOCALHOST", "a.localhost", "a.localhost.", "nats", "redis", "postgres", "kiwi", "host.docker.internal",
    "loop.example.test", "LOOP.example.test.", "inner.example.test", "meta.example.test", "six.example.test",
    "mapped.example.test", "unique.example.test", "nat64.example.test", "sixtofour.example.test", "zero.example.test",
    "shared.example.test", "mixed.example.test", "nats.example.test", "alias.example.test", "own.example.test",
    "other.test", "api.example.test.other.test", "xapi.example.test", "example.test", "unknown.example.test",
    "denied.example.test", "user@api.example.test", "api.example.test@127.0.0.1", "api.example.test%00.other.test",
    "api.example.test#@127.0.0.1", "127.0.0.1\\@api.example.test", "api_example.test", "\uff11\uff12\uff17.0.0.1", "-", "",
]
for host in HOSTS:
    for port in (80, 443, PORT):
        attempt("CONNECT %s:%d" % (host, port), lambda: tunnel("%s:%d" % (host, port)))
        attempt("GET %s:%d" % (host, port), lambda: get("http://%s:%d/" % (host, port)))
for port in (22, 25, 4222, 5432, 6379, 7001, 8080, PORT, 0, 65536, 99999):
    attempt("port %d of a host that is let through" % port, lambda: tunnel("api.example.test:%d" % port))
for target in ("api.example.test", "https://api.example.test/", "ftp://api.example.test/", "file:///etc/passwd", "/", "*"):
    attempt("target " + target, lambda: get(target))
    attempt("tunnel to " + target, lambda: tunnel(target))
# The request's target decides, not its Host header.
attempt("Host header", lambda: get("http://127.0.0.1:%d/" % PORT, "api.example.test"))

# Without the proxy there is nobody to be reached.
for address in ("127.0.0.1", "10.0.0.5", "169.254.169.254", "93.184.216.34", "1.1.1.1"):
    for port in (53, 80, 443, 4222, 5432, 6379, 7001, PORT):
        attempt("direct %s:%d" % (address, port), lambda: socket.create_connection((address, port), 2).recv(10))
for address in ("::1", "2606:2800:220:1::1"):
    attempt("direct %s" % address, lambda: socket.create_connection((address, PORT), 2).recv(10))
for name in ("api.example.test", "localhost", "nats"):
    attempt("resolve " + name, lambda: [entry[4][0] for entry in socket.getaddrinfo(name, 80) if not entry[4][0].startswith(("127.", "::1"))] or None)
for kind, protocol in ((socket.SOCK_RAW, socket.IPPROTO_ICMP), (socket.SOCK_RAW, socket.IPPROTO_TCP), (socket.SOCK_RAW, socket.IPPROTO_RAW)):
    attempt("raw %d" % protocol, lambda: socket.socket(socket.AF_INET, kind, protocol))
attempt("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("93.184.216.34", 53)))
attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket"):
    attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path) or "connected")
attempt("resolv.conf", lambda: open("/etc/resolv.conf").read())
attempt("hosts", lambda: open("/etc/hosts").read())
attempt("interfaces", lambda: [name for _, name in socket.if_nameindex() if name != "lo"] or None)

# And what is granted is there.
plain = urllib.request.urlopen("http://api.example.test/hello", timeout=10).read().decode()
inside = http.client.HTTPConnection(*PROXY, timeout=10)
inside.set_tunnel("api.example.test", 443)
inside.request("GET", "/inside")
tunnelled = inside.getresponse().read().decode()
wild = urllib.request.urlopen("http://deep.wild.example.test/x", timeout=10).read().decode()
try:
    refused = urllib.request.urlopen("http://other.test/", timeout=10).status
except urllib.error.HTTPError as error:
    refused = [error.code, error.read().decode()]
print(json.dumps({"reached": reached, "tried": tried, "plain": plain, "tunnelled": tunnelled, "wild": wild, "refused": refused}))
