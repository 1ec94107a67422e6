"""A mock server in a process of its own, and its control channel."""

import json
import pathlib
import socket
import subprocess


class Channel:
    """A mock that was started with some flags, and obeys."""

    def __init__(self, program, directory, *flags):
        complaints = pathlib.Path(directory) / "mock.stderr"
        self.process = subprocess.Popen([str(program), "serve", *flags], stdout=subprocess.PIPE, stderr=open(complaints, "w"), text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the mock did not start: " + complaints.read_text())
        self.ready = json.loads(line)
        self.address = f"{self.ready['host']}:{self.ready['port']}"
        self.socket = socket.create_connection((self.ready["host"], self.ready["control_port"]))
        self.socket.sendall(f"token {self.ready['control_token']}\n".encode())
        self.answers = self.socket.makefile("r")

    def control(self, command):
        self.socket.sendall((command + "\n").encode())
        answer = json.loads(self.answers.readline())
        if not answer["ok"]:
            raise RuntimeError(f"{command}: {answer['error']}")
        return answer["value"]

    def stop(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
