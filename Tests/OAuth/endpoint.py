"""A token endpoint, and a proxy before it, that do as they are told: what the mock server does not do.

    endpoint.py DIRECTORY

Writes DIRECTORY/authority.pem, prints one line of JSON with its ports, then takes a command a line from standard input, each a JSON
object that changes how it answers, or {"log": true}; each is answered by one line. It ends with its standard input.

    "endpoint"   "answer" (status, headers, body), "redirect" (status), "forward" (port, keys), "hang", "reset", "drip", "huge", "echo"
    "certificate" "good", "other_name", "unknown", "ended", "future"
    "proxy"      "pass", "login" (user, password), "status" (status, body), "hang", "reset", "close"
"""

import base64
import datetime
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assertions import verified

state = {"endpoint": "answer", "status": 200, "headers": {}, "body": "", "certificate": "good", "proxy": "pass"}
log = []
lock = threading.Lock()


def note(who, **facts):
    with lock:
        log.append({"who": who, **facts})


# Certificates


def certificate(name, signer=None, days=30, since=-1, authority=False):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, by = signer or (subject, key)
    now = datetime.datetime.utcnow()
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + datetime.timedelta(days=since))
    builder = builder.not_valid_after(now + datetime.timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(authority, None), True)
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    made = builder.sign(by, hashes.SHA256())
    return subject, key, made.public_bytes(serialization.Encoding.PEM)


def contexts(directory):
    subject, key, pem = certificate("kleene-ns test authority", authority=True)
    with open(f"{directory}/authority.pem", "wb") as file:
        file.write(pem)
    by = (subject, key)
    kinds = {
        "good": certificate("localhost", by),
        "other_name": certificate("elsewhere.example", by),
        "unknown": certificate("localhost"),
        "ended": certificate("localhost", by, days=-1, since=-30),
        "future": certificate("localhost", by, days=60, since=30),
    }
    made = {}
    for kind, (_, key, pem) in kinds.items():
        path = f"{directory}/server-{kind}.pem"
        with open(path, "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
                + pem
            )
        made[kind] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made[kind].load_cert_chain(path)
        os.remove(path)
    return made


# What every connection is


def serve(body):
    """A listening socket on a port of its own, and a thread for each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=run, args=(connection,), daemon=True).start()

    def run(connection):
        try:
            body(connection)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def request(connection):
    """The first line, the headers, and the body of as many bytes as they say."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ValueError("no request")
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return lines[0], headers, body


def answer(connection, status, headers, body):
    lines = [f"HTTP/1.1 {status} Because"] + [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    connection.sendall("\r\n".join(lines).encode() + body)


# The endpoint


def endpoint(made):
    def body(connection):
        mode = state["endpoint"]
        if mode == "plain":
            note("endpoint", line=repr(connection.recv(65536)[:1]))
            return answer(connection, 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>")
        with made[state["certificate"]].wrap_socket(connection, server_side=True) as secure:
            line, headers, form = request(secure)
            facts = {"line": line, "agent": headers.get("user-agent"), "type": headers.get("content-type")}
            if mode == "forward":
                return forward(secure, form, facts)
            note("endpoint", **facts)
            if mode == "hang":
                return wait(secure)
            if mode == "reset":
                return reset(secure)
            if mode == "drip":
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n")
                while True:
                    secure.sendall(b" ")
                    time.sleep(0.05)
            if mode == "huge":
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"access_token\": \"")
                while True:
                    secure.sendall(b"x" * 65536)
            if mode == "redirect":
                place = {"Location": f"https://localhost:{ports['other']}/services/rest/auth/oauth2/v1/token"}
                return answer(secure, state["status"], place, b"")
            if mode == "echo":
                return echo(secure, form)
            return answer(secure, state["status"], state["headers"], state["body"].encode())

    return body


def echo(connection, form):
    """What was sent, in every form that a server's log may have, as the reason of a refusal."""
    sent = urllib.parse.parse_qs(form.decode())["client_assertion"][0]
    with lock:
        log[-1]["assertion"] = sent
    raw = sent.encode()
    forms = [
        sent, base64.b64encode(raw).decode(), base64.urlsafe_b64encode(b"x" + raw).decode(), raw.hex(),
        "".join(f"%{byte:02X}" for byte in raw), sent[len(sent) // 2:], sent.split(".")[2], form.decode(),
    ]
    words = state["body"] or "none"
    said = {"error": words, "error_description": "refused: " + forms[state.get("form", 0)], "sent": sent}
    answer(connection, state["status"], {"Content-Type": "application/json"}, json.dumps(said).encode())


def forward(connection, form, facts):
    """Looks at the assertion with other eyes than ours, then has the mock answer."""
    assertion = urllib.parse.parse_qs(form.decode())["client_assertion"][0]
    try:
        header, claims = verified(state["keys"], assertion)
        note("endpoint", verified=True, header=header, claims=claims, **facts)
    except Exception as error:  # Whatever is wrong with it is the test's to say.
        note("endpoint", verified=False, why=repr(error), **facts)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    mock = http.client.HTTPSConnection("127.0.0.1", state["port"], context=context, timeout=30)
    path = "/services/rest/auth/oauth2/v1/token"
    mock.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    reply = mock.getresponse()
    body = reply.read()
    with lock:
        if reply.status == 200:
            log[-1]["token"] = json.loads(body)["access_token"]
            log[-1]["assertion"] = assertion
    kept = {name: reply.getheader(name) for name in ("Content-Type", "Date") if reply.getheader(name)}
    answer(connection, reply.status, kept, body)


def wait(connection):
    connection.recv(1)


def other(made):
    """Where a redirect leads: nobody is to come here."""

    def body(connection):
        note("other")
        with made["good"].wrap_socket(connection, server_side=True) as secure:
            line, _, form = request(secure)
            note("other", line=line, body=form.decode())
            answer(secure, 200, {"Content-Type": "application/json"}, b"{\"access_token\": \"0123456789abcdef\"}")

    return body


# The proxy


def proxy(connection):
    line, headers, _ = request(connection)
    given = headers.get("proxy-authorization", "")
    note("proxy", line=line, authorization=given)
    mode = state["proxy"]
    if mode == "hang":
        return wait(connection)
    if mode == "reset":
        return reset(connection)
    if mode == "close":
        return None
    if mode == "status":
        return answer(connection, state["status"], state["headers"], state["body"].encode())
    if mode == "login":
        wanted = base64.b64encode(f"{state['user']}:{state['password']}".encode()).decode()
        if given != f"Basic {wanted}":
            page = {"Proxy-Authenticate": 'Basic realm="the company"', "Content-Type": "text/html"}
            return answer(connection, 407, page, b"<html>Who are you?</html>")
    # Whatever host was named: there is one.
    with socket.create_connection(("127.0.0.1", state.get("through") or ports["endpoint"])) as far:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=pump, args=(far, connection), daemon=True)
        back.start()
        pump(connection, far)
        back.join()


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def main():
    made = contexts(sys.argv[1])
    ports["endpoint"] = serve(endpoint(made))
    ports["other"] = serve(other(made))
    ports["proxy"] = serve(proxy)
    print(json.dumps(ports), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if command.get("log"):
            with lock:
                said = list(log)
                log.clear()
            print(json.dumps(said), flush=True)
        else:
            state.update(command)
            print("[]", flush=True)


ports = {}
main()
