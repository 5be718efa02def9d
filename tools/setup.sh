# shellcheck shell=bash
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#
# Sourced by tools/quickstart and tools/check: finds out what is missing to build daybook, and
# installs it with apt-get where that can be done. Touches nothing when nothing is missing.

exit_unavailable=6

say() { printf '== %s\n' "$*"; }

# stop CODE LINE...: an error and what to do about it, on stderr.
stop() {
    local code=$1
    shift
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    shift
    if (($#)); then printf '    %s\n' "$@" >&2; fi
    exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

# usable HEADER LIBRARY [CONDITION]: can a program include the one and link the other?
usable() {
    local version=''
    case $1 in boost/*) version='#include <boost/version.hpp>' ;; esac
    "${CXX:-c++}" -x c++ -o /dev/null - "-l$2" >/dev/null 2>&1 <<END
#if !__has_include(<$1>)
#error missing
#endif
$version
#if !(${3:-1})
#error too old
#endif
int main() {}
END
}

# The Debian packages of a Boost that is new enough: of the system's, the oldest from 1.80 on.
boost_packages() {
    local name version
    local -a found=()
    if have apt-cache; then
        while read -r name; do
            version=${name#libboost-json}
            version=${version%-dev}
            case $version in
                1.[0-7][0-9]) ;;
                1.[0-9]*) found+=("$version") ;;
            esac
        done < <(apt-cache pkgnames libboost-json)
    fi
    version=1.81
    if ((${#found[@]})); then version=$(printf '%s\n' "${found[@]}" | sort -V | head -n 1); fi
    printf '%s\n' "libboost$version-dev" "libboost-json$version-dev" \
        "libboost-program-options$version-dev"
}

# Prints the Debian packages that are missing, one a line.
missing_packages() {
    have cmake || echo cmake
    have ninja || echo ninja-build
    have pkg-config || echo pkg-config
    # Without a compiler nothing else can be tried; apt-get knows what is there already.
    local new_boost='BOOST_VERSION >= 108000'
    have "${CXX:-c++}" || echo g++
    if ! usable boost/json.hpp boost_json "$new_boost" ||
        ! usable boost/program_options.hpp boost_program_options "$new_boost"; then
        boost_packages
    fi
    usable rocksdb/db.h rocksdb || echo librocksdb-dev
    usable openssl/evp.h crypto || echo libssl-dev
    have openssl || echo openssl  # It and Python check audit bundles in the tests.
    have python3 || echo python3
    usable zlib.h z || echo zlib1g-dev
    usable zstd.h zstd || echo libzstd-dev
    usable xxhash.h c || echo libxxhash-dev  # The header is all that is used.
    usable valijson/adapters/boost_json_adapter.hpp c || echo libvalijson-dev  # Headers, too.
    usable yaml.h yaml || echo libyaml-dev
    usable gtest/gtest.h gtest || echo libgtest-dev
    usable gmock/gmock.h gmock || echo libgmock-dev
    usable benchmark/benchmark.h benchmark || echo libbenchmark-dev
}

# Only make the build faster; not having them stops nothing.
missing_extras() {
    have ccache || echo ccache
    have mold || echo mold
}

# Sets `as_root` to what runs a command as root, or fails.
find_root() {
    as_root=()
    [[ $(id -u) == 0 ]] && return
    have sudo || return
    as_root=(sudo)
    sudo -n true 2>/dev/null || [[ -t 0 ]]
}

apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# install_missing: after it, everything that the build needs is there, or the script has ended.
install_missing() {
    local -a missing=() extras=()
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then
        say "everything needed is installed"
    else
        mapfile -t extras < <(missing_extras)
        say "missing: ${missing[*]}"
        local by_hand="sudo apt-get install ${missing[*]}"
        have apt-get || stop $exit_unavailable \
            "no apt-get here, so this script cannot install what is missing" \
            "Install these Debian packages or what your system calls them:" "${missing[*]}"
        find_root || stop $exit_unavailable \
            "installing needs root or sudo, and neither is there" "Run: $by_hand"
        say "apt-get update"
        apt_get update || stop $exit_unavailable \
            "apt-get update failed: is there a network?" "Then run: $by_hand"
        # The index may have been empty until now.
        mapfile -t missing < <(missing_packages)
        say "apt-get install ${missing[*]} ${extras[*]}"
        # --no-remove: never trade a package that the user has for one of ours.
        apt_get install -y --no-remove --no-install-recommends "${missing[@]}" "${extras[@]}" ||
            apt_get install -y --no-remove --no-install-recommends "${missing[@]}" ||
            stop $exit_unavailable "apt-get could not install: ${missing[*]}" \
                "See its message above. An older Boost (libboost1.74-dev) has to be removed first."
        mapfile -t missing < <(missing_packages)
        ((${#missing[@]} == 0)) ||
            stop $exit_unavailable "still missing after the installation: ${missing[*]}"
    fi
    local cmake_version
    cmake_version=$(cmake --version | sed -n 's/^cmake version //p')
    [[ $(printf '%s\n' 3.25 "$cmake_version" | sort -V | head -n 1) == 3.25 ]] ||
        stop $exit_unavailable "daybook needs CMake 3.25 or later, found $cmake_version"
}

# install_peers: what benchmarks/peers compares with. Without it they are left out there.
install_peers() {
    local -a missing=()
    usable sqlite3.h sqlite3 || missing+=(libsqlite3-dev)
    usable postgresql/libpq-fe.h pq || missing+=(libpq-dev)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    ((${#missing[@]})) || return 0
    local by_hand="sudo apt-get install ${missing[*]}"
    have apt-get && find_root ||
        stop $exit_unavailable "cannot install here: ${missing[*]}" "Run: $by_hand"
    apt_get update || true
    apt_get install -y --no-remove --no-install-recommends "${missing[@]}" ||
        stop $exit_unavailable "apt-get could not install: ${missing[*]}" "Run: $by_hand"
}

# The processors to use, at most one for each GiB of memory: a compiler takes about that much.
job_count() {
    local jobs memory_kib
    jobs=$(nproc 2>/dev/null || echo 2)
    memory_kib=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null || true)
    if [[ -n $memory_kib ]] && ((memory_kib / 1048576 < jobs)); then jobs=$((memory_kib / 1048576)); fi
    echo $((jobs > 0 ? jobs : 1))
}
