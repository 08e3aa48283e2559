#!/bin/sh
# fresh.sh [SUITE [COMMAND [ARGUMENT]...]] - makes a Debian system that holds only what debootstrap installs, and runs
# COMMAND (sh scripts/test.sh) in it as root. So a tool of this machine cannot hide that scripts/deps.sh lacks it, or
# that Debian's own version of it is older.
#
# SUITE is the code name of a Debian release; without it, or when it is '', the release of this machine is used.
# COMMAND runs in a clone of the last commit of this checkout. If ../shared exists, it lies beside the clone, read-only.
# Packages come from the archives that apt uses on this machine. The exit status is that of COMMAND; 125 when the system
# cannot be made, which one line explains; 2 for wrong arguments.
#
# The script needs root and Debian, and installs debootstrap if it is missing. The system lies in a directory under
# FRESH_DIR (/var/tmp). The directory is removed at the end, unless FRESH_KEEP is set. Mounts and processes live in
# namespaces of their own: they end with this script, however it ends, and the removal cannot reach a mount.
set -eu

say() { echo "fresh.sh: $*" >&2; }
cannot() {
    say "no fresh system can be made: $*"
    exit 125
}

# inside ROOT SUITE MIRROR CHECKOUT COMMAND... - the part that runs in the namespaces, as their first process.
inside() {
    root=$1 suite=$2 mirror=$3 checkout=$4
    shift 4
    ready=
    trap '[ $? -eq 125 ] || [ -n "$ready" ] || cannot "setting it up failed, see above"' EXIT
    include=
    case $(cat "$root.sources") in *https:*) include=--include=ca-certificates ;; esac
    # shellcheck disable=SC2086 # an option or none
    debootstrap --variant=minbase $include "$suite" "$root" "$mirror" >"$root.log" 2>&1 || {
        tail -n 5 "$root.log" >&2
        cannot "debootstrap of $suite failed, see above"
    }
    rm -f "$root/etc/apt/sources.list"
    cp "$root.sources" "$root/etc/apt/sources.list"
    # how apt reaches its sources here: proxies, checks of dates
    apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$root/etc/apt/apt.conf.d/90host" || true
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fresh" # nothing here is to survive a power cut
    # and how node's npm does
    certificates=${NODE_EXTRA_CA_CERTS-}
    [ ! -f "$certificates" ] || cp "$certificates" "$root/etc/npm-certificates.pem"
    for file in hosts resolv.conf; do
        [ ! -e "/etc/$file" ] || cp "/etc/$file" "$root/etc/$file"
    done

    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mkdir "$root/src"
    if [ -d "$checkout/../shared" ]; then
        mkdir "$root/src/shared"
        mount --bind "$checkout/../shared" "$root/src/shared"
        mount -o remount,bind,ro "$root/src/shared"
    fi
    # git refuses to read a checkout that another user owns, unless it is told that it may
    printf '[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n' >"$root.gitconfig"
    GIT_CONFIG_GLOBAL=$root.gitconfig git clone -q --no-hardlinks "$checkout" "$root/src/lngen"

    ready=yes
    status=0
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        TERM="${TERM:-dumb}" ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} ${certificates:+NODE_EXTRA_CA_CERTS=/etc/npm-certificates.pem} \
        chroot "$root" sh -c 'cd /src/lngen && exec "$@"' fresh "$@" || status=$?
    [ "$status" -ne 125 ] || status=1 # 125 says that there was no fresh system
    exit "$status"
}

if [ "${1-}" = --inside ]; then
    shift
    inside "$@"
fi
case ${1-} in
-h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"
    exit
    ;;
*[!a-z]*)
    say "'$1' is not the code name of a release; usage: fresh.sh [SUITE [COMMAND [ARGUMENT]...]], or --help"
    exit 2
    ;;
esac

umask 022
script=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/fresh.sh
checkout=$(dirname "$(dirname "$script")")
[ "$(id -u)" -eq 0 ] || cannot "not root"
command -v apt-get >/dev/null || cannot "no apt-get here; it has to be Debian"
command -v git >/dev/null || cannot "git is missing, and it is what copies the checkout"
git -c safe.directory='*' -C "$checkout" rev-parse -q --verify HEAD >/dev/null 2>&1 ||
    cannot "$checkout: no checkout of git with a commit"
unshare --mount --pid --fork --mount-proc true 2>/dev/null || cannot "no right to make namespaces and mounts here"

if ! command -v debootstrap >/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends debootstrap; } \
        >/dev/null 2>&1 || cannot "debootstrap is missing, and apt-get could not install it"
fi
# What apt has of Debian: a line for each archive, as "release archive".
# shellcheck disable=SC2016 # apt's own $()
archives() {
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Origin: Debian' 'Component: main' 'Created-By: Packages'
}
[ -n "$(archives)" ] || apt-get update -q >/dev/null 2>&1 || true # whose archive it is stands in the lists
archives=$(archives)
mirror=$(echo "$archives" | awk '$1 !~ /[-\/]/ { print $2; exit }')
[ -n "$mirror" ] || cannot "apt has no archive of Debian among its sources"
suite=${1-}
# shellcheck disable=SC1091 # a list of variables
: "${suite:=$(. /etc/os-release && echo "${VERSION_CODENAME-}")}"
if [ ! -e "/usr/share/debootstrap/scripts/$suite" ]; then
    [ -n "${1-}" ] || cannot "this debootstrap does not know '$suite', the release of this machine"
    say "'$suite' is not a release that debootstrap knows; /usr/share/debootstrap/scripts has those it does"
    exit 2
fi
if [ $# -ge 2 ]; then
    shift
else
    set -- sh scripts/test.sh
fi

place=${FRESH_DIR:-/var/tmp}
[ -d "$place" ] || cannot "$place: no such directory; FRESH_DIR names one with 12 GB free"
free=$(df -Pk "$place" | awk 'NR == 2 { print $4 }')
[ "$free" -ge 12000000 ] || cannot "$place: $((free / 1000000)) GB free; FRESH_DIR names a directory with 12 GB free"
work=$(mktemp -d "$(cd "$place" && pwd)/lngen-fresh.XXXXXX") || cannot "$place: no directory can be made there"
namespaces=
# shellcheck disable=SC2317 # the traps call it
cleanup() {
    trap '' HUP INT TERM
    [ -z "$namespaces" ] || kill -KILL "$namespaces" 2>/dev/null || true # takes all that runs inside with it
    if [ -n "${FRESH_KEEP-}" ]; then
        say "kept: $work/root"
        return
    fi
    for _ in 1 2 3 4 5 6 7 8 9 10; do # the last processes may still write
        rm -rf --one-file-system "$work" 2>/dev/null && return
        sleep 0.5
    done
    say "$work: could not be removed"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$work/root"
echo "$archives" | awk -v suite="$suite" '
    $1 !~ /[-\/]/ && !seen["main"]++ { print "deb", $2, suite, "main" }
    suite ~ /^(sid|unstable)$/ { next }
    $1 ~ /-updates$/ && !seen["updates"]++ { print "deb", $2, suite "-updates main" }
    $1 ~ /-security$/ && !seen["security"]++ { print "deb", $2, suite "-security main" }' >"$work/root.sources"
git -c safe.directory='*' -C "$checkout" diff --quiet HEAD -- || say "changes that are not committed are left out"
say "in a fresh Debian $suite under $work: $(echo "$*" | head -n 1)"
[ -e /proc/self/fd/0 ] || exec </dev/null
# setsid: what signals its own process group there does not reach this script
setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc \
    setsid sh "$script" --inside "$work/root" "$suite" "$mirror" "$checkout" "$@" <&0 &
namespaces=$!
status=0
wait "$namespaces" || status=$?
namespaces=
exit "$status"
