"""Chromium without a screen, by its DevTools protocol over two pipes, and all that a page does in it.

Needs nothing but Python and the browser. Whatever the browser asks the network for goes to a proxy that is ours, answers nothing and
remembers: a request is seen there, also one that the browser makes by itself, and in what DevTools tell of the page.
"""

import base64
import json
import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import threading
import time

# Seconds that the browser may take for one answer.
PATIENCE = 60
# A page says nothing of its own, so this is what it does not say.
QUIET = [
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-domain-reliability",
    "--disable-extensions", "--disable-sync", "--disable-client-side-phishing-detection", "--metrics-recording-only", "--no-first-run",
    "--no-default-browser-check", "--no-pings", "--password-store=basic", "--use-mock-keychain", "--disable-breakpad",
    "--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions,AutofillServerCommunication",
]


def find():
    """The browser's path; None where none is installed."""
    return next((path for path in map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]) if path), None)


class Proxy:
    """Takes every connection, remembers what it asks for, and answers nothing."""

    # Whom Chromium 156 asks by itself, whatever it is told: for the time, for new parts of itself, for an account. A page that asks
    # them is seen by DevTools.
    OWN = ["clients2.google.com", "update.googleapis.com", "accounts.google.com"]

    def __init__(self):
        self.lines = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            # Noted before anything is read: a connection that is opened and not used is a request as well.
            self.lines.append(None)
            threading.Thread(target=self.read, args=(connection, len(self.lines) - 1), daemon=True).start()

    def read(self, connection, place):
        line = ""
        with connection:
            connection.settimeout(1)
            try:
                line = connection.recv(2000).split(b"\r\n")[0].decode("latin-1")
            except OSError:
                pass  # The browser has let go, or has opened it ahead of any need.
            self.lines[place] = line or "a connection"

    def asked(self):
        """What it was asked for so far, by whatever the browser shows."""
        while None in self.lines:
            time.sleep(0.01)
        return [line for line in self.lines if not re.fullmatch(
            rf"(CONNECT |\w+ http://)({'|'.join(map(re.escape, self.OWN))})[:/].*", line)]


class Browser:
    def __init__(self, directory):
        program = find()
        if program is None:
            raise SystemExit("no Chromium is installed; `make test-report` installs it")
        self.proxy = Proxy()
        (theirs, self.orders), (self.answers, heard) = os.pipe(), os.pipe()
        # Descriptors 3 and 4 are what the browser reads and writes. As root it has no sandbox; what it shows is ours.
        words = [program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={directory}/profile",
                 f"--proxy-server=127.0.0.1:{self.proxy.port}", "--proxy-bypass-list=<-loopback>", "--hide-scrollbars",
                 "--force-color-profile=srgb", *QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else []), "about:blank"]
        self.log = open(pathlib.Path(directory) / "chromium.log", "wb")
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec "$@" 3<&{theirs} 4>&{heard}', "chromium", *words], pass_fds=(theirs, heard),
            stdout=self.log, stderr=self.log, env={**os.environ, "HOME": str(directory)})
        os.close(theirs)
        os.close(heard)
        self.buffer, self.number, self.events = b"", 0, []

    def ask(self, method, session=None, **parameters):
        """The answer to a command; events that come meanwhile are kept."""
        self.number += 1
        order = {"id": self.number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while True:
            said = self.hear()
            if said.get("id") == self.number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
            self.events.append(said)

    def hear(self):
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], PATIENCE)[0]:
                raise RuntimeError("the browser says nothing")
            read = os.read(self.answers, 1 << 20)
            if not read:
                raise RuntimeError("the browser has ended: " + pathlib.Path(self.log.name).read_text(errors="replace")[-2000:])
            self.buffer += read
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def open(self, url, width, height, is_dark):
        """A page of its own, loaded and drawn."""
        return Page(self, url, width, height, is_dark)

    def close(self):
        try:
            self.ask("Browser.close")
        except (RuntimeError, OSError):
            pass  # It may be gone before it can say so.
        self.process.wait(PATIENCE)
        self.proxy.listener.close()
        self.log.close()


class Page:
    def __init__(self, browser, url, width, height, is_dark):
        self.browser, self.url = browser, url
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        # Of processor time: other work on the machine must not count.
        self.ask("Performance.enable", timeDomain="threadTicks")
        for domain in ["Page", "Network", "Runtime", "Log", "Audits"]:
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if is_dark else "light"
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            browser.events.append(browser.hear())
        # Two frames later all is drawn, and what it asks for at once is asked for.
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def ask(self, method, **parameters):
        return self.browser.ask(method, session=self.session, **parameters)

    @property
    def events(self):
        return [event for event in self.browser.events if event.get("sessionId") == self.session]

    def value(self, expression):
        """What JavaScript comes to in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def milliseconds(self):
        """The processor time that the page has taken so far, to be read, laid out and drawn."""
        metrics = {each["name"]: each["value"] for each in self.ask("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"] * 1000

    def picture(self, path):
        shot = self.ask("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def console(self):
        """Everything that a person finds in the browser's console, in words."""
        lines = []
        for event in self.events:
            said, parameters = event["method"], event.get("params", {})
            if said == "Runtime.consoleAPICalled":
                words = [str(each.get("value", each.get("description", ""))) for each in parameters["args"]]
                lines.append(f"{parameters['type']}: {' '.join(words)}")
            elif said == "Runtime.exceptionThrown":
                lines.append("exception: " + parameters["exceptionDetails"]["text"])
            elif said == "Log.entryAdded":
                lines.append(f"{parameters['entry']['level']}: {parameters['entry']['text']}")
            elif said == "Audits.issueAdded":
                lines.append("issue: " + parameters["issue"]["code"])
        return lines

    def requests(self):
        """Everything that the page asked for, itself aside."""
        asked = [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        if self.url not in asked:
            raise RuntimeError("DevTools did not even see the page itself asked for")
        asked.remove(self.url)
        return asked

    def close(self):
        self.browser.ask("Target.closeTarget", targetId=self.target)
