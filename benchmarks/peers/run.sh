#!/usr/bin/env bash
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#
# Runs daybook_peers beside a PostgreSQL of its own: a fresh cluster in a temporary directory that
# only listens on a socket there, and is gone afterwards. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
    cat <<'END'
Usage: benchmarks/peers/run.sh [--program FILE] [--install] [daybook_peers options]
Builds the program (preset bench) unless --program names it, and runs it.
  --install   install SQLite, PostgreSQL and libpq (Debian packages) first, where they are missing
Options of the program: --events N, --seconds S, --passes N, --json FILE.
Without PostgreSQL's server programs it is left out.
END
}

program=
options=()
while (($#)); do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --install)
            # shellcheck source=tools/setup.sh
            source "$root/tools/setup.sh"
            install_peers
            shift
            ;;
        --program)
            program=${2:?--program needs a value}
            shift 2
            ;;
        *)
            options+=("$1")
            shift
            ;;
    esac
done

if [[ -z $program ]]; then
    (cd "$root" && cmake --preset bench >/dev/null &&
        cmake --build --preset bench --target daybook_peers)
    program=$root/build/bench/benchmarks/peers/daybook_peers
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/daybook-peers.XXXXXX")
cluster=$work/postgres
server_programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [[ -z $server_programs ]] && command -v pg_ctl >/dev/null; then
    server_programs=$(dirname "$(command -v pg_ctl)")
fi

# PostgreSQL refuses to run as root.
as_owner=()
if [[ $(id -u) == 0 ]]; then as_owner=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi

# Each of them in a directory that its user may enter.
owned() { (cd / && "${as_owner[@]}" "$@"); }

started=
finish() {
    if [[ -n $started ]]; then
        owned "$server_programs/pg_ctl" -D "$cluster" -m fast -w stop >/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT

start_postgres() {
    mkdir "$cluster"
    if ((${#as_owner[@]})); then
        chmod 755 "$work"
        chown postgres "$cluster"
    fi
    owned "$server_programs/initdb" -D "$cluster" -A trust -U bench -E UTF8 --locale=C \
        >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; return 1; }
    # As much memory as daybook's caches and SQLite's have; no checkpoint while it is measured.
    owned tee -a "$cluster/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$cluster'
shared_buffers = 256MB
max_wal_size = 8GB
checkpoint_timeout = 1h
max_connections = 50
jit = off
END
    owned "$server_programs/pg_ctl" -D "$cluster" -l "$cluster/server.log" -w start >/dev/null || {
        cat "$cluster/server.log" >&2
        return 1
    }
    started=yes
    local name
    for name in writing reading; do
        owned "$server_programs/createdb" -h "$cluster" -U bench "$name"
    done
    options+=(--postgres "host=$cluster user=bench")
}

if [[ -z $server_programs ]]; then
    echo "run.sh: no PostgreSQL here, it is left out; see --install" >&2
else
    start_postgres
fi
"$program" --dir "$work/stores" "${options[@]}"
