#!/usr/bin/python3
"""packages.py: what is installed by `make install` and by the packages for Debian, tried as a person has it.

Both put the same files in place and take all of them out again; every page and every completion works; in a Debian of its own, made for
it below .build/packages, the packages are installed with what they depend on, run, upgraded and purged. Takes root and Debian's archive.
"""

import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import shells

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Mock"))
from channel import Channel

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = "bookworm"
CONFIGURATION = """{"source": {"profile": "odbc", "dsn": "X"}, "destination": {"type": "sqlite", "path": "d.db"},
 "extracts": [{"name": "orders", "table": "o", "tags": ["hourly"]}]}
"""
# What is typed, and what the Tab key makes of it.
LINES = [
    ("kleene-ns extr", "kleene-ns extract"), ("kleene-ns state sh", "kleene-ns state show"),
    ("kleene-ns extract --load-m", "kleene-ns extract --load-method"), ("kleene-ns extract ord", "kleene-ns extract orders"),
    ("kleene-ns extract --tag hou", "kleene-ns extract --tag hourly"), ("kleene-ns runs show la", "kleene-ns runs show last"),
    ("kleene-ns config check --config kle", "kleene-ns config check --config kleene-ns.json"),
    ("kleene-ns extract --load-method ups", "kleene-ns extract --load-method upsert"),
    ("kleene-ns-mock ser", "kleene-ns-mock serve"),
]
# The same for what was listed of a source; ADDRESS is where the mock server is, in quotes: bash takes a colon for the end of a word.
LISTED = """{"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}},
 "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"name": "orders", "table": "transaction"}]}
"""
LISTED_LINES = [
    ("kleene-ns preview --mock ADDRESS departm", "kleene-ns preview --mock ADDRESS department"),
    ("kleene-ns preview account --mock ADDRESS --columns acctnu", "kleene-ns preview account --mock ADDRESS --columns acctnumber"),
    ("kleene-ns columns account --mock ADDRESS --columns id,acctnu", "kleene-ns columns account --mock ADDRESS --columns id,acctnumber"),
    ("kleene-ns extract --mock ADDRESS --table account --unique-columns acctnu",
     "kleene-ns extract --mock ADDRESS --table account --unique-columns acctnumber"),
]
# Of dpkg's own, which a purge may change.
DPKG = re.compile(r"var/(lib/dpkg|log|cache|lib/apt)(/|$)")
faults = []


def check(condition, what):
    if not condition:
        faults.append(what)
        print(f"FAULT: {what}", flush=True)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"packages.py: {command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def tree(directory):
    """All names below a directory, directories too."""
    return sorted(str(path.relative_to(directory)) for path in pathlib.Path(directory).rglob("*"))


def files(directory):
    return {str(path.relative_to(directory)): path for path in pathlib.Path(directory).rglob("*") if path.is_file()}


def install(what, root, prefix=None, *programs):
    environment = dict(os.environ, DESTDIR=str(root))
    environment.pop("PREFIX", None)
    if prefix:
        environment["PREFIX"] = prefix
    return run(ROOT / "Scripts/install.sh", what, *programs, env=environment)


def installing(scratch):
    """`make install` and `uninstall`, in an empty place and in one where something is."""
    empty = scratch / "empty"
    install("install", empty)
    check((empty / "usr/local/bin/kleene-ns").exists(), "the default prefix is /usr/local")
    before = tree(empty)
    install("install", empty)
    check(tree(empty) == before, "a second install changes the names that are there")
    install("uninstall", empty)
    check(tree(empty) == [], f"uninstall leaves {tree(empty)}")

    used = scratch / "used"
    (used / "usr/local/bin").mkdir(parents=True)
    (used / "usr/local/share/man/man1").mkdir(parents=True)
    (used / "usr/local/share/man/man1/mine.1").write_text("mine")
    before = tree(used)
    install("install", used)
    # As if an older version had had one file more.
    stale = used / "usr/local/share/kleene-ns/stale"
    stale.write_text("stale")
    with open(used / "usr/local/share/kleene-ns/installed", "a") as listed:
        listed.write("file usr/local/share/kleene-ns/stale\n")
    install("install", used)
    check(not stale.exists(), "a file that only an older version had stays")
    install("uninstall", used)
    check(tree(used) == before, f"uninstall changes what was there: {set(tree(used)) ^ set(before)}")
    again = subprocess.run([ROOT / "Scripts/install.sh", "uninstall"], env=dict(os.environ, DESTDIR=str(used)), capture_output=True)
    check(again.returncode != 0, "uninstall of nothing ends well")


def same_files(scratch, packages):
    """The packages have exactly the files of `make install`, and what every package has."""
    plain = scratch / "plain"
    install("install", plain, "/usr")
    expected = files(plain)
    del expected["usr/share/kleene-ns/installed"]
    found = {}
    (scratch / "content").mkdir()
    for name, package in packages.items():
        target = scratch / "content" / name
        run("dpkg-deb", "-x", package, target)
        content = files(target)
        for own in ("copyright", "changelog.gz"):
            check(content.pop(f"usr/share/doc/{name}/{own}", None), f"{name} has no {own}")
        check(not set(content) & set(found), f"both packages have {set(content) & set(found)}")
        found.update(content)
    check(set(found) == set(expected), f"package and install differ in {set(found) ^ set(expected)}")
    for name in set(found) & set(expected):
        check(filecmp.cmp(found[name], expected[name], shallow=False), f"{name} differs between package and install")


def judged(packages):
    """Lintian finds nothing."""
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *packages.values()], capture_output=True,
                          text=True)
    check(done.returncode == 0, f"lintian:\n{done.stdout}{done.stderr}")


def pages(scratch):
    """Every command has a page, and man has nothing to say against one."""
    directory = scratch / "plain/usr/share/man/man1"
    dump = json.loads(run(scratch / "plain/usr/bin/kleene-ns", "--experimental-dump-help"))["command"]
    names = {"kleene-ns", "kleene-ns-mock"}
    names |= {"kleene-ns-" + command["commandName"] for command in dump["subcommands"] if command["commandName"] != "help"}
    check({path.name for path in directory.iterdir()} == {name + ".1.gz" for name in names}, "there is one page for each command")
    environment = dict(os.environ, MANWIDTH="80", LC_ALL="C.UTF-8", MANROFFSEQ="")
    for page in sorted(directory.iterdir()):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(page)], capture_output=True, text=True,
                              env=environment)
        check(done.returncode == 0 and not done.stderr, f"{page.name}: {done.stderr}")
        name = page.name.removesuffix(".1.gz")
        check(re.search(rf"{name}.* - ", re.sub(".\b", "", done.stdout)), f"{page.name} does not begin with its name")
        found = run("lexgrog", page)
        check(f'"{name} - ' in found, f"{page.name} is not found by its name: {found}")


def units(scratch):
    """Systemd finds no fault in the units, and finds one where there is one."""
    directory = scratch / "plain/usr/lib/systemd/system"
    check({path.name for path in directory.iterdir()} == {"kleene-ns@.service", "kleene-ns@.timer"}, "there are a service and a timer")
    place = scratch / "units"
    place.mkdir()

    def verified(name, change=lambda text: text):
        """What is said of an instance whose program is the one that was installed here."""
        for unit in directory.iterdir():
            text = unit.read_text().replace("/usr/bin/kleene-ns", str(scratch / "plain/usr/bin/kleene-ns"))
            (place / unit.name).write_text(change(text))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", place / name], capture_output=True, text=True)
        return [line for line in (done.stdout + done.stderr).split("\n") if "kleene-ns" in line]

    for name in ("kleene-ns@sales.service", "kleene-ns@sales.timer"):
        check(verified(name) == [], f"systemd-analyze verify {name}: {verified(name)}")
        check(verified(name, lambda text: text.replace("=", "=%Q")) != [], f"systemd-analyze finds no fault in a {name} that is full of them")


def completions(scratch):
    usr = scratch / "plain/usr"
    path = f"{usr}/bin:/usr/bin:/bin"

    def tried(name, configuration, lines, mock=None):
        home = scratch / name
        home.mkdir()
        (home / "kleene-ns.json").write_text(configuration)
        if mock:
            for words in (["tables"], ["columns", "account"]):
                run(usr / "bin/kleene-ns", *words, "--mock", mock.address, "--quiet", cwd=home, env={"HOME": str(home), "PATH": path})
        for shell in ("bash", "zsh", "fish"):
            for text, expected in [[part.replace("ADDRESS", f"'{mock.address}'") if mock else part for part in line] for line in lines]:
                line = shells.typed(shell, text, str(home), str(usr / "share"), str(usr / "share/zsh/vendor-completions"), path)
                check(line == expected, f"{shell}: \"{text}\" becomes \"{line}\", not \"{expected}\"")

    tried("home", CONFIGURATION, LINES)
    mock = Channel(usr / "bin/kleene-ns-mock", scratch, "--port", "0")
    try:
        tried("listed", LISTED, LISTED_LINES, mock)
    finally:
        mock.stop()


def older(package, scratch):
    """The same package with a lower version, and with a file that the newer one does not have."""
    unpacked = scratch / ("older-" + package.stem)
    run("dpkg-deb", "-R", package, unpacked)
    control = unpacked / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 0.0.1", control.read_text(), flags=re.MULTILINE))
    name = re.search(r"^Package: (.*)$", control.read_text(), re.MULTILINE).group(1)
    (unpacked / f"usr/share/doc/{name}/stale").write_text("stale")
    target = scratch / f"older-{package.name}"
    run("dpkg-deb", "--root-owner-group", "-Znone", "-b", unpacked, target)
    return target


def system(scratch):
    """A Debian with nothing but apt, made once and copied."""
    kept = ROOT / ".build/packages" / f"{SUITE}.tar"
    if not kept.exists():
        part = kept.with_suffix(".part.tar")
        run("mmdebstrap", "--variant=apt", "--mode=root", SUITE, part, "http://deb.debian.org/debian")
        part.rename(kept)
    root = scratch / "debian"
    root.mkdir()
    run("tar", "-C", root, "-xf", kept)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    return root


def living(scratch, packages):
    """Installed with what they depend on, run, upgraded, purged."""
    root = system(scratch)

    def inside(*command, **options):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        # With /proc, which the mount goes with: a program of Swift reads its arguments there.
        return run("unshare", "--mount", "--fork", "sh", "-c", 'mount --bind /proc "$0/proc" && exec chroot "$0" "$@"', root, *command,
                   env=environment, **options)

    names = list(packages)
    for name, package in packages.items():
        shutil.copy(package, root / "root")
        shutil.copy(older(package, scratch), root / f"root/older-{name}.deb")
    inside("apt-get", "update")
    inside("apt-get", "install", "-y", "--no-install-recommends", *[f"/root/older-{name}.deb" for name in names])
    inside("dpkg", "--purge", *names)
    # The libraries stay, so that what follows is of the packages alone.
    before = [name for name in tree(root) if not DPKG.match(name)]
    inside("dpkg", "-i", *[f"/root/older-{name}.deb" for name in names])
    check((root / "usr/share/doc/kleene-ns/stale").exists(), "the older package is not the one that was meant")
    inside("dpkg", "-i", *[f"/root/{package.name}" for package in packages.values()])
    check(not (root / "usr/share/doc/kleene-ns/stale").exists(), "an upgrade leaves a file of the older version")
    check(inside("dpkg", "--audit") == "", "dpkg finds fault with what is installed")
    inside("dpkg", "--verify", *names)
    version = run("dpkg-deb", "-f", packages["kleene-ns"], "Version").strip()
    said = inside("kleene-ns", "--version").split("\n")
    commit = run(ROOT / "Scripts/commit.sh").strip().removesuffix("-dirty")
    check(said[0].startswith(f"kleene-ns {version}") and commit in said[0], f"--version says {said}, of {version} {commit}")
    check(inside("kleene-ns-mock", "--version") == f"kleene-ns-mock {version}\n", "the mock has another version")
    inside("sh", "-c", "cd /tmp && kleene-ns config example >kleene-ns.json && kleene-ns config check --quiet && rm kleene-ns.json")
    check(inside("cat", "/usr/share/kleene-ns/kleene-ns.schema.json") == inside("kleene-ns", "config", "schema"),
          "the schema is another than the program's")
    inside("dpkg", "--purge", *names)
    after = [name for name in tree(root) if not DPKG.match(name)]
    check(after == before, f"a purge leaves or takes {set(after) ^ set(before)}")


def main():
    with tempfile.TemporaryDirectory(prefix="kleene-packages-") as directory:
        scratch = pathlib.Path(directory)
        target = ROOT / ".build/packages"
        for old in target.glob("*.deb"):
            old.unlink()
        run(ROOT / "Scripts/package.sh", target)
        packages = {re.sub("_.*", "", path.name): path for path in sorted(target.glob("*.deb"))}
        check(set(packages) == {"kleene-ns", "kleene-ns-mock"}, f"the packages are {set(packages)}")
        steps = [lambda: installing(scratch), lambda: same_files(scratch, packages), lambda: judged(packages),
                 lambda: pages(scratch), lambda: units(scratch), lambda: completions(scratch), lambda: living(scratch, packages)]
        for step, name in zip(steps, ["install", "files", "lintian", "pages", "units", "completions", "a Debian of its own"]):
            print(f"packages.py: {name} …", flush=True)
            step()
    print(f"packages.py: {len(faults)} faults" if faults else "packages.py: all is well")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
