#!/usr/bin/env bash
# The image of the Containerfile, built and tried: as a user without rights, on a root that cannot be written, offline.
# Run by hand: tests/container.sh [docker|podman]. BUILD_OPTIONS and RUN_OPTIONS are given to `build` and `run` as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=${1:-$(command -v docker || command -v podman)}
name=kg-tried-$$
finish() { $tool rm -f "$name" >/dev/null 2>&1 || true; $tool volume rm "$name" >/dev/null 2>&1 || true; }
trap finish EXIT

began=$(date +%s)
# shellcheck disable=SC2086
$tool build ${BUILD_OPTIONS:-} -f Containerfile -t localhost/kg:tried . >/dev/null
echo "built in $(($(date +%s) - began)) s: $($tool images --format '{{.Size}}' localhost/kg:tried)"

tried() { # what it is, then options of `run`
    echo "== $1"
    shift
    # shellcheck disable=SC2086
    $tool run -d --name "$name" ${RUN_OPTIONS:-} --network none --read-only --cap-drop all \
        --security-opt no-new-privileges "$@" localhost/kg:tried >/dev/null
    $tool exec -i "$name" python - <tests/container.py || { $tool logs "$name" | tail -5; exit 1; }
    began=$(date +%s%N)
    $tool stop -t 10 "$name" >/dev/null
    echo "stopped in $((($(date +%s%N) - began) / 1000000)) ms, exit $($tool inspect -f '{{.State.ExitCode}}' "$name")"
    [ "$($tool inspect -f '{{.State.ExitCode}}' "$name")" = 0 ]
    $tool rm "$name" >/dev/null
}
tried "with a volume for the cache" --tmpfs /tmp -v "$name:/var/cache/kg"
tried "with the same volume again" --tmpfs /tmp -v "$name:/var/cache/kg"
tried "without a volume" --tmpfs /tmp
tried "with an empty cache" --tmpfs /tmp --tmpfs /var/cache/kg:rw,mode=1777
