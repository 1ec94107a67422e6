#!/usr/bin/python3
"""manual.py PROGRAM DIRECTORY: writes the manual pages of a program into a directory, one for the program and one for each command.

What stands in them is what the program says of itself: the parser's dump of its help (--experimental-dump-help), and `help exit-codes`
where there is such a topic. A group of commands (`state show`, `state reset` …) has one page; a program whose commands are few has one
for all of them.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Options that every command has: they are told once, at the end.
COMMON = {"version", "help"}
# Commands that are part of every program that this parser makes, and say nothing here.
LEFT_OUT = {"help"}
# The most commands that share the page of their program.
FEW = 5

ENVIRONMENT = {
    "kleene-ns": [
        ("KLEENE_NS_CONFIG", "The configuration file, where no `--config` names one."),
        ("XDG_STATE_HOME", "The directory in which `kleene-ns` keeps its state; `~/.local/state` where it is not set."),
        ("NO_COLOR, FORCE_COLOR", "No colors, or colors also where no terminal is."),
        ("SSL_CERT_FILE", "The certificates that the token endpoint of OAuth 2.0 is checked by."),
    ],
}
FILES = {
    "kleene-ns": [
        ("kleene-ns.json", "The configuration, where nothing else names one. `kleene-ns config example` prints one to begin with."),
        ("~/.local/state/kleene-ns", "Login breaker and kept listings."),
        ("NAME.db.kleene", "Locks, staging and a second memory of logins, beside a destination that is a file."),
    ],
}


def said(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def escaped(text):
    for plain, roff in (("\\", "\\e"), ("-", "\\-"), ("^", "\\(ha"), ("~", "\\(ti"), ("'", "\\(aq"), ("…", "...")):
        text = text.replace(plain, roff)
    return text


def line(text):
    """A line of running text; what stands in backquotes is bold."""
    parts = [escaped(part) for part in text.replace("\n", " ").split("`")]
    if len(parts) % 2 == 0:
        parts = [escaped(text.replace("\n", " ")).replace("`", "\\(ga")]
    text = "".join(f"\\fB{part}\\fR" if number % 2 else part for number, part in enumerate(parts))
    return "\\&" + text if text[:1] == "." else text


def tagged(tag, *texts):
    """A paragraph with a tag; `tag` is roff already."""
    return [".TP", tag, *[line(text) for text in texts if text]]


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def names(argument):
    """How an option is written, the short form first."""
    short = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    return ", ".join(bold(("-" if name["kind"] == "short" else "--") + name["name"]) for name in short)


def value(argument):
    return f"\\fI{escaped(argument['valueName'])}\\fR"


def explained(argument):
    text = argument.get("abstract", "")
    notes = []
    if argument.get("allValues"):
        notes.append("values: " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue") is not None and argument["kind"] != "flag":
        notes.append("default: " + argument["defaultValue"])
    return text + (f" ({'; '.join(notes)})" if notes else "")


def shown(command, kind):
    return [one for one in command.get("arguments", [])
            if one["shouldDisplay"] and (one["kind"] == "positional") == (kind == "positional")]


def options(command):
    """The options by their headings, in order; flags that exclude each other share a paragraph, as they share their text."""
    groups = {}
    for option in shown(command, "option"):
        if option["preferredName"]["name"] in COMMON:
            continue
        group = groups.setdefault(option.get("sectionTitle") or "Options", [])
        if group and option["kind"] == group[-1][0]["kind"] == "flag" and option.get("abstract") == group[-1][0].get("abstract"):
            group[-1].append(option)
        else:
            group.append([option])
    return groups


def parted(discussion):
    """The paragraphs of a discussion, and the examples in it."""
    text, _, rest = (discussion or "").partition("EXAMPLES:\n")
    text = text.partition("HELP TOPICS:")[0]
    examples = [example.strip() for example in rest.split("\n") if example.strip()]
    return [part.strip() for part in text.split("\n\n") if part.strip()], examples


def synopsis(command, path):
    words = [bold(" ".join(path))]
    if options(command):
        words.append("[\\fIoptions\\fR]")
    for argument in shown(command, "positional"):
        word = value(argument) + ("\\ ..." if argument["isRepeating"] else "")
        words.append(f"[{word}]" if argument["isOptional"] else word)
    return " ".join(words)


def body(command, path, heading):
    """What a command does, its arguments, options and examples."""
    paragraphs, examples = parted(command.get("discussion"))
    lines = []
    for number, text in enumerate([command["abstract"], *paragraphs]):
        lines += ([".PP"] if number else []) + [line(text)]
    for argument in shown(command, "positional"):
        lines += tagged(value(argument), explained(argument))
    for title, group in options(command).items():
        lines += [f".{heading} {title.upper() if heading == 'SH' else title + ' of ' + ' '.join(path[1:])}"]
        for same in group:
            tag = ", ".join(names(option) for option in same)
            if same[0]["kind"] == "option":
                tag += " " + value(same[0])
            lines += tagged(tag, explained(same[0]))
    if examples:
        lines += [f".{heading} {'EXAMPLES' if heading == 'SH' else 'Examples of ' + ' '.join(path[1:])}"]
        # Filled, not as they stand: a line that is too long may break.
        for example in examples:
            lines += [".PP", bold(example)]
    return lines


def page(name, description, version, day, sections):
    title = [f'.TH {name.upper()} 1 {day} "{version}" "User Commands"', ".nh", ".ad l", ".SH NAME", f"{escaped(name)} \\- {escaped(description)}"]
    return "\n".join(title + sections) + "\n"


def described(abstract):
    """An abstract as the line by which a page is found: without its full stop."""
    text = abstract.rstrip(".")
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def exit_codes(program):
    """The codes that a program lists, if it does."""
    try:
        text = said(program, "help", "exit-codes")
    except subprocess.CalledProcessError:
        return []
    rows = re.findall(r"^  ([0-9]+) +(.*)$", text, re.MULTILINE)
    lines = [".SH EXIT STATUS"] if rows else []
    for code, meaning in rows:
        lines += tagged(bold(code), meaning)
    return lines


def main():
    program, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    root = json.loads(said(program, "--experimental-dump-help"))["command"]
    name = root["commandName"]
    version = said(program, "--version").split("\n")[0].split(" (")[0]
    day = re.search(r"^## \[.*\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE).group(1)
    commands = [one for one in root["subcommands"] if one["commandName"] not in LEFT_OUT and one["shouldDisplay"]]
    apart = len(commands) > FEW

    def grouped(command, path):
        """The commands below a command, each under a heading of its own."""
        lines = []
        for child in command.get("subcommands", []):
            if child["commandName"] in LEFT_OUT or not child["shouldDisplay"]:
                continue
            inner = path + [child["commandName"]]
            lines += [f".SH {' '.join(inner[1:]).upper()}", synopsis(child, inner), ".PP"] + body(child, inner, "SS")
        return lines

    pages = {}
    lines = [".SH SYNOPSIS", f"{bold(name)} \\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION"]
    paragraphs, _ = parted(root.get("discussion"))
    for number, text in enumerate([root["abstract"], *paragraphs]):
        lines += ([".PP"] if number else []) + [line(text)]
    if apart:
        lines += [".SH COMMANDS"]
        for command in commands:
            page_name = f"{name}-{command['commandName']}"
            lines += tagged(bold(command["commandName"]), command["abstract"])
            path = [name, command["commandName"]]
            inner = [".SH SYNOPSIS"]
            if command.get("subcommands"):
                inner += [f"{bold(' '.join(path))} \\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION"]
                inner += body(command, path, "SH") + grouped(command, path)
            else:
                inner += [synopsis(command, path), ".SH DESCRIPTION"] + body(command, path, "SH")
            inner += [".SH SEE ALSO", f"\\fB{escaped(name)}\\fR(1), also for exit codes, environment and files"]
            pages[page_name] = page(page_name, described(command["abstract"]), version, day, inner)
    else:
        lines += grouped(root, [name])
    lines += [".SH ALWAYS"] + tagged(bold("-h") + ", " + bold("--help"), "Help on a command, shorter than these pages.")
    lines += tagged(bold("--version"), "The version.") + exit_codes(program)
    for title, rows in (("ENVIRONMENT", ENVIRONMENT.get(name, [])), ("FILES", FILES.get(name, []))):
        if rows:
            lines += [f".SH {title}"]
        for tag, text in rows:
            lines += tagged(bold(tag), text)
    if pages:
        lines += [".SH SEE ALSO", ",\n".join(f"\\fB{escaped(other)}\\fR(1)" for other in sorted(pages))]
    pages[name] = page(name, described(root["abstract"]), version, day, lines)
    for other, text in pages.items():
        (directory / f"{other}.1").write_text(text)


if __name__ == "__main__":
    main()
