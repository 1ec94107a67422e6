#!/usr/bin/python3
"""image.py: Examples/container as its README says: built, started, looked at, stopped and started again, against the mock server.

The base image is a registry's where one can be reached; else it is a Debian made by mmdebstrap, under the same name, and that is said.
NetSuite's driver is no one's to give: PostgreSQL's of this machine is mounted in its place, which is what the mock server speaks to.
Takes root. Last line: `N passed, M failed`.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Mock"))
from channel import Channel

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KLEENE_BUILD", ROOT / ".build/release"))
KEPT = ROOT / ".build/container"
COMPOSE = ROOT / ".build/lint/bin/podman-compose"
BASE = "docker.io/library/debian:12-slim"
MACHINE = os.uname().machine
NAME = "container_kleene-ns_1"
SECRETS = ["consumer_key", "consumer_secret", "token_id", "token_secret"]
USER = 10001
# Where this machine keeps its drivers for ODBC, and what says so.
DRIVERS = [f"/usr/lib/{MACHINE}-linux-gnu/odbc", "/etc/odbcinst.ini"]
# Nothing of this is of the example: a machine without systemd, without networks of its own and without the right to raise limits.
STORAGE = '[storage]\ndriver = "vfs"\ngraphroot = "{kept}/storage"\nrunroot = "{scratch}/run"\n'
CONTAINERS = '[containers]\ndefault_ulimits = []\ncgroups = "disabled"\nnetns = "host"\n' \
             '[engine]\ncgroup_manager = "cgroupfs"\nruntime = "crun"\nevents_logger = "file"\n'
TRIAL = """services:
  kleene-ns:
    network_mode: host
    command: ["1s", "--mock", "{address}"]
    volumes:
{volumes}
"""
results = []


def check(condition, what, said=""):
    results.append(bool(condition))
    print(f"{'ok   ' if condition else 'FAULT'} {what}" + ("" if condition else f": {said}"), flush=True)


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)


def must(*words, **options):
    done = run(*words, **options)
    if done.returncode != 0:
        raise SystemExit(f"image.py: {words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


def base():
    """The image that the recipe begins with."""
    if run("podman", "image", "exists", BASE).returncode == 0:
        return
    if run("podman", "pull", "--quiet", BASE, timeout=300).returncode == 0:
        return
    print(f"image.py: no registry can be reached; {BASE} is a Debian made by mmdebstrap", flush=True)
    tar = KEPT / "base.tar"
    must("mmdebstrap", "--variant=minbase", "--mode=root", "bookworm", tar, "http://deb.debian.org/debian")
    must("podman", "import", tar, BASE)
    tar.unlink()


def alone():
    """Goes on in a mount namespace of its own: with the cgroups that crun takes, and with an /opt that nobody else has."""
    if os.environ.get("KLEENE_ALONE") != "1":
        os.environ["KLEENE_ALONE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, "-B", *sys.argv])
    if must("stat", "-f", "-c", "%T", "/sys/fs/cgroup").strip() != "cgroup2fs":
        run("umount", "--recursive", "--lazy", "/sys/fs/cgroup")
        must("mount", "-t", "cgroup2", "none", "/sys/fs/cgroup")
    must("mount", "-t", "tmpfs", "none", "/opt")
    pathlib.Path("/opt/netsuite/odbcclient").mkdir(parents=True)


def started(place, mock):
    """The example, by podman-compose."""
    volumes = "".join(f"      - {path}:{path}:ro\n" for path in DRIVERS)
    (place / "trial.yaml").write_text(TRIAL.format(address=mock.address, volumes=volumes))
    # The page's name of it is made of the directory's.
    compose = [COMPOSE, "-f", "compose.yaml", "-f", "trial.yaml"]

    def inside(*words):
        return run("podman", "exec", NAME, *words)

    def state():
        return json.loads(must("podman", "inspect", NAME))[0]["State"]

    up = run(*compose, "up", "--build", "--detach", cwd=place, env={**os.environ, "BUILDAH_ISOLATION": "chroot", "BUILDAH_FORMAT": "docker"})
    check(up.returncode == 0, "podman-compose up --build --detach", up.stdout + up.stderr)
    if up.returncode != 0:
        return
    try:
        check(until(lambda: inside("kleene-ns", "status", "--max-age", "26h", "--quiet").returncode == 0), "a first run is done",
              inside("kleene-ns", "status").stdout + run("podman", "logs", NAME).stderr)
        doctor = inside("kleene-ns", "doctor", "--mock", mock.address)
        check(doctor.returncode == 0, "kleene-ns doctor", doctor.stdout + doctor.stderr)
        healthy = run("podman", "healthcheck", "run", NAME)
        check(healthy.returncode == 0, "the health check", healthy.stdout + healthy.stderr)
        owner = inside("stat", "-c", "%u %a", "/data/netsuite.db").stdout.strip()
        check(owner == f"{USER} 600", "the database is the container's user's alone", owner)
        check(inside("id", "-u").stdout.strip() == str(USER), "it does not run as root", inside("id").stdout)
        check("Read-only file system" in inside("touch", "/x").stderr, "its file system is read-only", inside("touch", "/x").stderr)
        check(inside("sh", "-c", "grep NoNewPrivs /proc/1/status").stdout.split()[-1:] == ["1"], "it gets no new privileges",
              inside("sh", "-c", "cat /proc/1/status").stdout)
        effective = inside("sh", "-c", "grep CapEff /proc/1/status").stdout.split()[-1:]
        check(effective == ["0" * 16], "it has no capability", effective)
        memory = inside("sh", "-c", "ls /state/kleene-ns").stdout
        check(memory != "", "what is remembered of logins is on a volume", inside("sh", "-c", "find /state").stdout)
        runs = len(json.loads(inside("kleene-ns", "runs", "list", "--format", "json").stdout))

        begin = time.monotonic()
        stop = run(*compose, "stop", cwd=place)
        check(stop.returncode == 0 and time.monotonic() - begin < 20, "it stops within seconds", stop.stdout + stop.stderr)
        check(state()["ExitCode"] == 143, "with the code of SIGTERM", state())
        start = run(*compose, "start", cwd=place)
        check(start.returncode == 0, "it starts again", start.stdout + start.stderr)
        check(until(lambda: len(json.loads(inside("kleene-ns", "runs", "list", "--format", "json").stdout or "[]")) > runs),
              "and goes on with what is on the volumes", run("podman", "logs", NAME).stderr)

        # The claim of the page: a secret that others can read is refused. The file is mounted, so its mode is seen inside.
        (place / "secrets/token_id").chmod(0o444)
        open_to_all = inside("kleene-ns", "doctor")
        check(open_to_all.returncode == 7 and "token_id" in open_to_all.stdout + open_to_all.stderr, "a secret that others can read is refused",
              open_to_all.stdout + open_to_all.stderr)
        (place / "secrets/token_id").chmod(0o400)
    finally:
        run(*compose, "down", "--volumes", "--timeout", "5", cwd=place)


def once(place, mock):
    """One run by somebody else's scheduler, in the words of the page."""
    block = next(block for block in (place / "README.md").read_text().split("```") if "podman run" in block)
    command = block[block.index("$ ") + 2:].replace("\\\n", " ").strip()
    for name in SECRETS:
        must("podman", "secret", "create", name, place / "secrets" / name)
    try:
        drivers = " ".join(f"--volume {path}:{path}:ro" for path in DRIVERS)
        words = command.replace("podman run ", f"podman run {drivers} ") + f" --mock {mock.address}"
        done = run("sh", "-c", words, cwd=place)
        check(done.returncode == 0 and done.stdout == "", "podman run, once and quietly", f"{done.returncode} {done.stdout}{done.stderr}")
        words = words.replace("extract --quiet", "runs list --format json").replace(f" --mock {mock.address}", "")
        said = run("sh", "-c", words, cwd=place)
        check(said.returncode == 0 and len(json.loads(said.stdout or "[]")) == 1, "its rows are on the volume", said.stdout + said.stderr)
        # Without its secrets it is refused, and says which.
        bare = run("sh", "-c", words.replace("--secret token_id,uid=10001,mode=0400", "").replace("runs list --format json", "doctor"),
                   cwd=place)
        check(bare.returncode == 7 and "token_id" in bare.stdout, "a secret that is not there is named", bare.stdout + bare.stderr)
    finally:
        for name in SECRETS:
            run("podman", "secret", "rm", name)
        run("podman", "volume", "rm", "--force", "data", "state")


def main():
    if os.geteuid() != 0:
        raise SystemExit("image.py: it takes root")
    alone()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kleene-container-") as directory:
        scratch = pathlib.Path(directory)
        for name, text in (("storage.conf", STORAGE), ("containers.conf", CONTAINERS)):
            (scratch / name).write_text(text.format(kept=KEPT, scratch=scratch))
        os.environ["CONTAINERS_STORAGE_CONF"] = str(scratch / "storage.conf")
        os.environ["CONTAINERS_CONF"] = str(scratch / "containers.conf")
        base()
        place = scratch / "container"
        shutil.copytree(ROOT / "Examples/container", place)
        shutil.copy(BUILD / "kleene-ns", place)
        (place / "secrets").mkdir()
        for name in SECRETS:
            (place / "secrets" / name).write_text("0af9" * 16)
            (place / "secrets" / name).chmod(0o400)
            os.chown(place / "secrets" / name, USER, USER)
        mock = Channel(BUILD / "kleene-ns-mock", scratch, "--port", "0", "--scale", "300")
        try:
            started(place, mock)
            once(place, mock)
        finally:
            mock.stop()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) and results else 1


if __name__ == "__main__":
    sys.exit(main())
