#!/usr/bin/env bash
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#
# Checks an audit bundle of daybook without daybook: needs bash 4.3, openssl 3.0 and the coreutils.
# Written from compliance/docs/bundle.md alone. Every file of the bundle is copied out of the archive
# once, under a name that is known, and only the copy is looked at.
#
# Exit codes: 0 verified, 1 tampered or rolled back, 2 malformed, 3 unverifiable, 4 usage.
export LC_ALL=C
shopt -u patsub_replacement 2>/dev/null  # `&` is an ordinary character in ${x//a/b}.
set -u

usage() {
    cat >&2 <<'END'
usage: check_bundle.sh [OPTION]... BUNDLE
  --key VKEY       a key of the log, known from elsewhere than the bundle; may be repeated
  --anchor FILE    a checkpoint that you kept: the log must continue it; may be repeated
  --witness VKEY   a witness that must have signed the checkpoint; may be repeated
  --quorum N       how many witnesses suffice
  --tsa-roots PEM  whom to believe about time stamps
  --max-age SECS   how old the newest word of a witness or time stamp may be
  --skew SECS      how far clocks may be apart (60)
  --now SECS       what time it is, since 1970, instead of what this machine says
END
    [[ $# == 0 ]] || printf 'check_bundle.sh: %s\n' "$1" >&2
    finished=1
    exit 4
}

finish() { # VERDICT CODE MESSAGE...
    local what=$1 code=$2 line
    shift 2
    for line in "$@"; do printf '%s: %s\n' "$what" "${line//[$'\x01'-$'\x1f']/?}"; done
    printf 'verdict: %s\n' "$what"
    finished=1
    exit "$code"
}
tampered() { finish tampered 1 "$1"; }
malformed() { finish malformed 2 "$1"; }

unsure=() said=() finished=''
cannot_tell() { unsure+=("$1"); }

keys=() witnesses=() anchors=() quorum='' tsa_roots='' bundle='' max_age='' skew=60 now=''
is_seconds() { [[ $2 =~ ^[0-9]{1,12}$ ]] || usage "$1 needs a number of seconds"; }
while (($#)); do
    case $1 in
        --key | --anchor | --witness | --quorum | --tsa-roots | --max-age | --skew | --now)
            (($# > 1)) || usage "$1 needs a value"
            case $1 in
                --key) keys+=("$2") ;;
                --anchor) anchors+=("$2") ;;
                --witness) witnesses+=("$2") ;;
                --quorum) [[ $2 =~ ^[0-9]{1,4}$ ]] || usage "--quorum needs a number"; quorum=$2 ;;
                --tsa-roots) tsa_roots=$2 ;;
                --max-age) is_seconds "$1" "$2"; max_age=$((10#$2)) ;;
                --skew) is_seconds "$1" "$2"; skew=$((10#$2)) ;;
                --now) is_seconds "$1" "$2"; now=$((10#$2)) ;;
            esac
            shift 2
            ;;
        -h | --help) usage ;;
        -*) usage "there is no option $1" ;;
        *) [[ -z $bundle ]] || usage "one bundle at a time"; bundle=$1; shift ;;
    esac
done
[[ -n $bundle ]] || usage "which bundle?"
for file in "$bundle" "${anchors[@]}" ${tsa_roots:+"$tsa_roots"}; do
    [[ -f $file ]] || usage "there is no file $file"
done

# Whatever goes wrong in here must not look like an answer.
leave() {
    rm -rf "${work:-}"
    [[ -z $finished ]] || return
    printf 'unverifiable: the check itself failed\nverdict: unverifiable\n'
    exit 3
}
trap leave EXIT
work=$(mktemp -d) || exit
mkdir "$work/files" "$work/hash"

# Bytes, as pairs of hexadecimal digits.

escaped() { # HEX: sets `bytes` to what printf makes the bytes of.
    local i
    bytes=''
    for ((i = 0; i < ${#1}; i += 2)); do bytes+="\\x${1:i:2}"; done
}
to_file() { # HEX FILE
    local bytes
    escaped "$1"
    printf "$bytes" >"$2"
}
sha256_hex() { # HEX: sets `hash`.
    local bytes
    escaped "$1"
    hash=$(printf "$bytes" | sha256sum)
    hash=${hash%% *}
}
node_hash() { sha256_hex "01$1$2"; }
hex_of() { # TEXT: sets `hex`.
    local i one
    hex=''
    for ((i = 0; i < ${#1}; ++i)); do
        printf -v one %02x "'${1:i:1}"
        hex+=${one: -2}
    done
}

alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
declare -A digit=()
for ((i = 0; i < 64; ++i)); do digit[${alphabet:i:1}]=$i; done

decode() { # BASE64: sets `hex`; fails for anything that is not exactly how its bytes are spelled.
    local text=$1 i j word one
    hex=''
    [[ $text =~ ^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$ && -n $text ]] || return 1
    for ((i = 0; i < ${#text}; i += 4)); do
        word=0
        for ((j = i; j < i + 4; ++j)); do
            one=${text:j:1}
            [[ $one == = ]] && one=A
            word=$((word << 6 | ${digit[$one]}))
        done
        printf -v one %06x "$word"
        hex+=$one
    done
    case $text in
        *==) [[ ${hex: -4} == 0000 ]] || return 1; hex=${hex:0:-4} ;;
        *=) [[ ${hex: -2} == 00 ]] || return 1; hex=${hex:0:-2} ;;
    esac
}

is_decimal() { # TEXT: a number up to 2^63 - 1 without leading zeros.
    [[ $1 =~ ^(0|[1-9][0-9]{0,18})$ ]] && ((${#1} < 19 || $1 > 0))
}

c=$'\x80-\xbf'
utf8="^([^"$'\x80-\xff'"]|["$'\xc2-\xdf'"][$c]|"$'\xe0['"$(printf '\xa0-\xbf')][$c]"
utf8+=$'|[\xe1-\xec\xee\xef]'"[$c][$c]|"$'\xed['"$(printf '\x80-\x9f')][$c]|"$'\xf0['"$(printf '\x90-\xbf')][$c][$c]"
utf8+=$'|[\xf1-\xf3]'"[$c][$c][$c]|"$'\xf4['"$(printf '\x80-\x8f')][$c][$c])*\$"
is_utf8() {
    [[ $1 != *[$'\x80'-$'\xff']* ]] || [[ $1 =~ $utf8 ]]
}

read_text() { # FILE NAME: sets `text`; it is UTF-8 without NUL.
    local size
    IFS= read -r -d '' text <"$1"
    size=$(stat -c %s "$1")
    [[ ${#text} == "$size" ]] || malformed "$2 has a byte 0"
    is_utf8 "$text" || malformed "$2 is not UTF-8"
}
lines_of() { # FILE NAME: sets `lines`.
    local text
    read_text "$1" "$2"
    [[ -z $text || $text == *$'\n' ]] || malformed "$2 does not end with a line feed"
    mapfile -t lines <"$1"
}

# Keys (vkeys: name+id+base64) and signed notes.

is_name() { [[ -n $1 && $1 != *[$'\x01'-$'\x20+']* ]]; }

declare -A key_type=() key_hex=() key_id=() key_name=()
ones=ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
zeros=${ones//f/0}
p256=3059301306072a8648ce3d020106082a8648ce3d03010703420004

check_ed25519() { # HEX NAME
    local y bad='the Ed25519 key of '$2' must not be used: wrong size, small order or not canonical'
    ((${#1} == 64)) || malformed "$bad"
    printf -v y %02x $((16#${1:62:2} & 127))
    y=${1:0:62}$y
    case $y in
        00${zeros}00 | 01${zeros}00 | ec${ones}7f | e[d-f]${ones}7f | f?${ones}7f) malformed "$bad" ;;
        26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05) malformed "$bad" ;;
        c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a) malformed "$bad" ;;
    esac
}

note_key_id() { # NAME HEX-OF-TYPE-AND-KEY: sets `hash`.
    local hex
    hex_of "$1"
    sha256_hex "${hex}0a$2"
    hash=${hash:0:8}
}

read_key() { # VKEY
    local vkey=$1 rest name id blob hex hash
    name=${vkey%%+*} rest=${vkey#*+}
    id=${rest%%+*} blob=${rest#*+}
    if [[ $vkey != *+*+* || ! $id =~ ^[0-9a-f]{8}$ ]] || ! is_name "$name" || ! decode "$blob"; then
        malformed "a key is not of the form name+id+base64: $vkey"
    fi
    case $hex in
        01* | 04*) check_ed25519 "${hex:2}" "$name"; note_key_id "$name" "$hex" ;;
        02*)
            [[ ${#hex} == 184 && ${hex:2} == "$p256"* ]] || malformed "the ECDSA key of $name is not on P-256"
            sha256_hex "${hex:2}"
            hash=${hash:0:8}
            ;;
        *) malformed "the key of $name has an unknown type" ;;
    esac
    [[ $hash == "$id" ]] || malformed "the id of the key of $name is not that of the key"
    key_type[$vkey]=${hex:0:2} key_hex[$vkey]=${hex:2} key_id[$vkey]=$id key_name[$vkey]=$name
}

read_witness() { # VKEY: witnesses hand out either form; what they sign with has type 4.
    local hash
    read_key "$1"
    [[ ${key_type[$1]} != 02 ]] || malformed "a witness signs with Ed25519; ${key_name[$1]} does not"
    note_key_id "${key_name[$1]}" "04${key_hex[$1]}"
    key_id[$1]=$hash
}

verifies() { # VKEY SIGNATURE-HEX MESSAGE-FILE
    local der=${key_hex[$1]} options=()
    if [[ ${key_type[$1]} == 02 ]]; then options=(-digest sha256); else der=302a300506032b6570032100$der; fi
    to_file "$der" "$work/key"
    to_file "$2" "$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$3" \
        -sigfile "$work/signature" "${options[@]}" >/dev/null 2>&1
}

read_note() { # FILE NAME: sets note_text, note_lines, note_names, note_ids, note_blobs.
    local size text tail line name blob hex
    size=$(stat -c %s "$1")
    ((size > 0 && size <= 262144)) || malformed "$2 is not a signed note"
    read_text "$1" "$2"
    [[ $text == *$'\n' && $text != *[$'\x01'-$'\x09\x0b'-$'\x1f']* ]] || malformed "$2 is not a signed note"
    [[ $text == *$'\n\n'* ]] || malformed "$2 has no blank line between text and signatures"
    tail=${text##*$'\n\n'}
    note_text=${text%$'\n\n'*}$'\n'
    note_names=() note_ids=() note_blobs=()
    while [[ -n $tail ]]; do
        line=${tail%%$'\n'*} tail=${tail#*$'\n'}
        name=${line#* } blob=${line##* }
        name=${name%% *}
        if [[ $line != $'\xe2\x80\x94 '"$name $blob" ]] || ! is_name "$name" || ! decode "$blob" || ((${#hex} < 10)); then
            malformed "$2 has a line that is no signature"
        fi
        note_names+=("$name") note_ids+=("${hex:0:8}") note_blobs+=("${hex:8}")
    done
    ((${#note_names[@]} > 0 && ${#note_names[@]} <= 64)) || malformed "$2 has no signatures, or too many"
    printf %s "$note_text" >"$work/note_text"
    note_lines=()
    mapfile -t note_lines <"$work/note_text"
}

note_signers() { # NAME: sets `signers`; a false line of a key that was given ends everything.
    local i key
    signers=()
    for ((i = 0; i < ${#note_names[@]}; ++i)); do
        for key in "${keys[@]}"; do
            [[ ${key_name[$key]} == "${note_names[i]}" && ${key_id[$key]} == "${note_ids[i]}" ]] || continue
            verifies "$key" "${note_blobs[i]}" "$work/note_text" || tampered "$1: the signature of ${note_names[i]} is false"
            signers+=("$key")
        done
    done
    ((${#signers[@]}))
}

read_checkpoint() { # NAME: of the note read last; sets `size` and `root`.
    local hex line
    for line in "${note_lines[@]}"; do [[ -n $line ]] || malformed "$1 is not a checkpoint"; done
    if ((${#note_lines[@]} < 3)) || ! is_decimal "${note_lines[1]}" || ! decode "${note_lines[2]}" || ((${#hex} != 64)); then
        malformed "$1 is not a checkpoint"
    fi
    [[ ${note_lines[0]} == "$origin" ]] || malformed "$1 is of the log ${note_lines[0]}, not of $origin"
    size=${note_lines[1]} root=$hex
}

# Trees (RFC 9162).

hash_all() { # Hashes the files 0, 1, ... COUNT-1 of $work/hash; sets `hashes`.
    local from line i
    hashes=()
    for ((from = 0; from < $1; from += 500)); do
        local names=()
        for ((i = from; i < $1 && i < from + 500; ++i)); do names+=("$work/hash/$i"); done
        while read -r line _; do hashes+=("$line"); done < <(sha256sum "${names[@]}")
    done
}

root_of() { # Of the hashes in `hashes`; sets `found`.
    local bytes i odd
    ((${#hashes[@]})) || hashes=(e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)
    while ((${#hashes[@]} > 1)); do
        odd=''
        ((${#hashes[@]} % 2)) && odd=${hashes[-1]}
        for ((i = 0; i + 1 < ${#hashes[@]}; i += 2)); do
            escaped "01${hashes[i]}${hashes[i + 1]}"
            printf "$bytes" >"$work/hash/$((i / 2))"
        done
        hash_all $((${#hashes[@]} / 2))
        [[ -z $odd ]] || hashes+=("$odd")
    done
    found=${hashes[0]}
}

proves_inclusion() { # LEAF INDEX SIZE ROOT, and `path`.
    local fn=$2 sn=$(($3 - 1)) r=$1 p hash
    (($2 < $3)) || return 1
    for p in "${path[@]}"; do
        ((sn)) || return 1
        if ((fn & 1 || fn == sn)); then
            node_hash "$p" "$r"
            while ((!(fn & 1) && fn)); do ((fn >>= 1, sn >>= 1, 1)); done
        else
            node_hash "$r" "$p"
        fi
        r=$hash
        ((fn >>= 1, sn >>= 1, 1))
    done
    [[ $sn == 0 && $r == "$4" ]]
}

proves_consistency() { # OLD-SIZE OLD-ROOT NEW-SIZE NEW-ROOT, and `path`.
    local fn=$(($1 - 1)) sn=$(($3 - 1)) fr sr i hash steps=("${path[@]}")
    (($1 > 0 && $1 < $3 && ${#path[@]} > 0)) || return 1
    if (($1 & ($1 - 1))); then :; else steps=("$2" "${steps[@]}"); fi
    while ((fn & 1)); do ((fn >>= 1, sn >>= 1, 1)); done
    fr=${steps[0]} sr=${steps[0]}
    for ((i = 1; i < ${#steps[@]}; ++i)); do
        ((sn)) || return 1
        if ((fn & 1 || fn == sn)); then
            node_hash "${steps[i]}" "$fr" && fr=$hash
            node_hash "${steps[i]}" "$sr" && sr=$hash
            while ((!(fn & 1) && fn)); do ((fn >>= 1, sn >>= 1, 1)); done
        else
            node_hash "$sr" "${steps[i]}" && sr=$hash
        fi
        ((fn >>= 1, sn >>= 1, 1))
    done
    [[ $sn == 0 && $fr == "$2" && $sr == "$4" ]]
}

# The container.

is_allowed() {
    case $1 in
        MANIFEST | manifest.note | checkpoint | checkpoints.txt | consistency.txt | keys.txt) ;;
        statements.jsonl | HOWTO.txt | policy.txt | anchors.txt | report.html | report.json) ;;
        *)
            if [[ $1 =~ ^payload-([0-9]+)$ || $1 =~ ^proof-([0-9]+)\.tlog-proof$ ]]; then
                is_decimal "${BASH_REMATCH[1]}"
            else
                [[ $1 =~ ^tsa-(0|[1-9][0-9]{0,5})\.(tsq|tsr|pem)$ ]]
            fi
            ;;
    esac
}

declare -A there=()
read_archive() {
    local blocks at=0 header name i sum size count pad bytes total
    total=$(stat -c %s "$bundle")
    ((total % 512 == 0)) || malformed "the archive is cut short"
    blocks=$((total / 512))
    while :; do
        ((at < blocks)) || malformed "the archive is cut short"
        header=$(dd if="$bundle" bs=512 skip=$at count=1 status=none | od -An -v -tx1 -w512)
        bytes=${header:1:443}${header:468}
        header=${header// /}
        ((++at))
        [[ $header == *[!0]* ]] || break
        sum=$((256 + 16#${bytes// /+16#}))  # Of all bytes, those of the sum itself as spaces.
        name=${header:0:200}
        while [[ $name == *00 && $((${#name} % 2)) == 0 ]]; do name=${name:0:-2}; done
        escaped "$name"
        # A byte 0 inside disappears in a variable, and then the length tells.
        IFS= read -r -d '' bytes < <(printf "$bytes")
        [[ ${#bytes} == $((${#name} / 2)) ]] || malformed "a name in the archive has a byte 0"
        name=$bytes
        [[ ${header:514:16}${header:312:2} == 757374617200303030 ]] ||
            malformed "$name in the archive is not a plain file of a ustar archive"
        [[ ${header:314:200}${header:690} != *[!0]* ]] || malformed "$name in the archive has a link or a folder"
        printf -v sum %06o "$sum"
        hex_of "$sum"
        [[ ${header:296:16} == "${hex}0020" ]] || malformed "the header of $name in the archive is damaged"
        is_allowed "$name" || malformed "$name does not belong into a bundle"
        [[ -z ${there[$name]:-} ]] || malformed "$name is twice in the archive"
        there[$name]=1
        [[ ${header:248:24} =~ ^(3[0-7]){11}00$ ]] || malformed "a size in the archive is not spelled as it should be"
        size=0
        for ((i = 249; i < 271; i += 2)); do size=$((size * 8 + ${header:i:1})); done
        count=$(((size + 511) / 512)) pad=$(((512 - size % 512) % 512))
        ((at + count <= blocks)) || malformed "$name is cut short"
        dd if="$bundle" of="$work/files/$name" bs=512 skip=$at count=$count status=none
        if ((pad)); then
            bytes=$(tail -c $pad "$work/files/$name" | basenc --base16 -w0)
            [[ $bytes != *[!0]* ]] || malformed "$name is badly padded"
            truncate -s "$size" "$work/files/$name"
        fi
        ((at += count, 1))
    done
    ((at + 1 == blocks)) || malformed "something follows the end of the archive"
    header=$(dd if="$bundle" bs=512 skip=$at count=1 status=none | basenc --base16 -w0)
    [[ $header != *[!0]* ]] || malformed "something follows the end of the archive"
    for name in MANIFEST manifest.note checkpoint checkpoints.txt consistency.txt keys.txt \
        statements.jsonl HOWTO.txt; do
        [[ -n ${there[$name]:-} ]] || malformed "$name is missing"
    done
}

# Statements: JSON in the one form that a statement has.

string="^\"([^\"\\\\"$'\x01-\x1f'"]|\\\\([\"\\\\bfnrt]|u00(0[0-7be-f]|1[0-9a-f])))*\""
uuid='"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"'
when='"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"'
digest='[0-9a-f]{64}'
number='(0|[1-9][0-9]{0,15})'

take() { # REGEX: takes what it matches off `rest`, into `taken`.
    [[ $rest =~ $1 ]] || malformed "$where is not a statement"
    taken=${BASH_REMATCH[0]}
    rest=${rest:${#taken}}
}
expect() {
    [[ $rest == "$1"* ]] || malformed "$where is not a statement"
    rest=${rest:${#1}}
}
take_list() { # REGEX
    expect '['
    if [[ $rest != ']'* ]]; then
        take "$1"
        while [[ $rest == ,* ]]; do expect , && take "$1"; done
    fi
    expect ']'
}

unescaped() { # JSON-STRING: sets `plain`; enough for names, which have no control characters.
    plain=${1:1:-1}
    [[ $plain != *\\* ]] || printf -v plain %b "${plain//\\\"/\"}"
}

read_statement() { # LINE: sets s_*.
    local rest=$1
    ((${#1} <= 65535)) || malformed "$where is too long"
    expect '{"actor":{"id":' && take "$string"
    expect ',"model":' && take "$string"
    expect ',"type":' && take "$string"
    expect '},"causes":' && take_list "^$uuid"
    expect ',"content_type":' && take "$string"
    expect ',"correlation":' && take "$string"
    expect ',"extensions":' && take "^\"(sha256:$digest)?\""
    expect ',"id":' && take "^$uuid"
    expect ',"occurred_at":' && take "^$when" && s_occurred=${taken:1:-1}
    expect ',"origin":' && take "$string" && unescaped "$taken" && s_origin=$plain
    expect ',"payload":' && take "^\"sha256:$digest\"" && s_payload=${taken:8:64}
    expect ',"position":' && take "^$number" && s_position=$taken
    expect ',"previous":' && take "^\"($digest)?\"" && s_previous=${taken:1:-1}
    expect ',"recorded_at":' && take "^$when" && s_recorded=${taken:1:-1}
    expect ',"schema":' && take "$string"
    expect ',"sequence":' && take "^[1-9][0-9]{0,15}" && s_sequence=$taken
    expect ',"statement":1,"stream":' && take "$string" && unescaped "$taken" && s_stream=$plain
    expect ',"tags":' && take_list "$string"
    expect ',"type":' && take "$string"
    [[ $rest == '}' ]] || malformed "$where is not a statement"
    ((s_position < 9007199254740992 && s_sequence < 9007199254740992)) || malformed "$where is not a statement"
}

# The checks, in the order of compliance/docs/bundle.md.

check_checkpoint() {
    read_note "$work/files/checkpoint" checkpoint
    note_signers checkpoint || finish unverifiable 3 "checkpoint is not signed by a key that was given"
    read_checkpoint checkpoint
    newest_size=$size newest_root=$root newest_signers=("${signers[@]}")
}

check_manifest() {
    local line name form stated lines hash file
    declare -gA listed=() hash_of=()
    read_note "$work/files/manifest.note" manifest.note
    note_signers manifest.note || finish unverifiable 3 "manifest.note is not signed by a key that was given"
    form=$'^daybook-audit-bundle/1\norigin ([^\n]+)\nsize ([^\n]+)\nmanifest ([0-9a-f]{64})\nstatements (all|some)\n'
    form+=$'scope (all|stream [^\n]+|range [0-9]+ [0-9]+)\ncreated ([^\n]+)\n$'
    [[ $note_text =~ $form ]] || malformed "manifest.note does not say what a bundle's does"
    statements=${BASH_REMATCH[4]} scope=${BASH_REMATCH[5]} stated=${BASH_REMATCH[3]}
    [[ ${BASH_REMATCH[1]} == "$origin" && ${BASH_REMATCH[2]} == "$newest_size" ]] ||
        tampered "manifest.note is of another checkpoint"
    while read -r hash file; do hash_of[${file##*/}]=$hash; done < <(sha256sum "$work"/files/*)
    [[ ${hash_of[MANIFEST]} == "$stated" ]] || tampered "MANIFEST is not the one that was signed"
    lines_of "$work/files/MANIFEST" MANIFEST
    for line in "${lines[@]}"; do
        name=${line:66}
        [[ ${line:0:66} =~ ^[0-9a-f]{64}\ \ $ && -z ${listed[$name]:-} ]] && is_allowed "$name" ||
            malformed "MANIFEST has a line that is none: ${line:0:80}"
        listed[$name]=${line:0:64}
    done
    for name in "${!listed[@]}"; do
        [[ $name != MANIFEST && $name != manifest.note && -n ${there[$name]:-} ]] || tampered "$name is in MANIFEST but missing"
        [[ ${hash_of[$name]} == "${listed[$name]}" ]] || tampered "$name is not what was signed"
    done
    for name in "${!there[@]}"; do
        [[ $name == MANIFEST || $name == manifest.note || -n ${listed[$name]:-} ]] ||
            tampered "$name was added: MANIFEST does not know it"
    done
}

read_validity() {
    local lines line key purpose first end form='^([^ ]+) (log|actor|timestamp|subject) ([0-9]+) (-|[0-9]+)$'
    declare -gA valid_from=() valid_to=()
    lines_of "$work/files/keys.txt" keys.txt
    for line in "${lines[@]}"; do
        [[ $line =~ $form ]] || malformed "keys.txt has a line that is none: ${line:0:80}"
        read -r key purpose first end <<<"$line"
        [[ $end != - ]] || end=9223372036854775807
        is_decimal "$first" && is_decimal "$end" || malformed "keys.txt has a line that is none: ${line:0:80}"
        [[ $purpose == log ]] || continue
        valid_from[$key]=$first valid_to[$key]=$end
    done
}

check_validity() { # SIZE NAME, and `signers`.
    local key at=$(($1 > 0 ? $1 - 1 : 0))
    for key in "${signers[@]}"; do
        [[ -n ${valid_from[$key]:-} ]] || continue
        ((valid_from[$key] <= at && at < valid_to[$key])) ||
            tampered "$2: the key that signed was not valid at position $at"
    done
}

check_statements() {
    local lines line where before=-1 count=0
    declare -gA leaf_at=() payload_at=() sequence_at=() previous_at=() stream_at=() recorded_at=() occurred_at=()
    positions=()
    lines_of "$work/files/statements.jsonl" statements.jsonl
    for line in "${lines[@]}"; do
        where="line $((count + 1)) of statements.jsonl"
        read_statement "$line"
        ((s_position > before)) || malformed "$where is out of order"
        ((s_position < newest_size)) && [[ $s_origin == "$origin" ]] || tampered "$where is of no event of this log"
        before=$s_position
        printf '\x00%s' "$line" >"$work/hash/$count"
        positions+=("$s_position") sequence_at[$s_position]=$s_sequence
        recorded_at[$s_position]=$s_recorded occurred_at[$s_position]=$s_occurred
        payload_at[$s_position]=$s_payload previous_at[$s_position]=$s_previous stream_at[$s_position]=$s_stream
        ((++count))
    done
    hash_all $count
    leaves=("${hashes[@]}")
    for ((i = 0; i < count; ++i)); do leaf_at[${positions[i]}]=${leaves[i]}; done
    if [[ $statements == all ]]; then
        ((count == newest_size)) || tampered "statements were left out: $count of $newest_size are there"
        root_of
        [[ $found == "$newest_root" ]] || tampered "the statements are not those of the signed tree"
    fi
}

read_hashes() { # NAME LINE...: sets `path`.
    local name=$1 hex line
    shift
    path=()
    for line in "$@"; do
        decode "$line" && ((${#hex} == 64 && ${#path[@]} < 64)) || malformed "$name has a line that is no hash"
        path+=("$hex")
    done
}

check_proofs() {
    local name position lines i text head
    for position in "${!leaf_at[@]}"; do
        name=proof-$position.tlog-proof
        [[ $statements == all || -n ${there[$name]:-} ]] || cannot_tell "nothing shows that statement $position is in the log"
    done
    for name in "${!there[@]}"; do
        [[ $name == proof-* ]] || continue
        position=${name#proof-} position=${position%%.*}
        read_text "$work/files/$name" "$name"
        [[ $text == *$'\n\n'* ]] || malformed "$name is no proof"
        head=${text%%$'\n\n'*}
        mapfile -t lines <<<"$head"
        [[ ${lines[0]} == c2sp.org/tlog-proof@v1 && ${lines[1]:-} =~ ^index\ [0-9]+$ ]] && is_decimal "${lines[1]#index }" ||
            malformed "$name is no proof"
        read_hashes "$name" "${lines[@]:2}"
        [[ -n ${leaf_at[$position]:-} ]] || malformed "$name is for an event without statement"
        printf %s "${text#*$'\n\n'}" >"$work/proof_note"
        [[ ${lines[1]} == "index $position" ]] && cmp -s "$work/proof_note" "$work/files/checkpoint" ||
            tampered "$name is of another event or checkpoint"
        proves_inclusion "${leaf_at[$position]}" "$position" "$newest_size" "$newest_root" ||
            tampered "$name does not show that the statement is in the log"
    done
}

check_streams() {
    local position stream whole expected last first end count=0
    declare -A last_of=()
    for position in "${positions[@]}"; do
        stream=${stream_at[$position]} last=${last_of["$stream"]:-} expected=1 whole=''
        if [[ ${sequence_at[$position]} == 1 ]]; then
            [[ -z ${previous_at[$position]} ]] || tampered "statement $position: first of its stream, or not?"
        else
            [[ -n ${previous_at[$position]} ]] || tampered "statement $position: first of its stream, or not?"
        fi
        [[ -z $last ]] || expected=$((sequence_at[$last] + 1))
        [[ $statements == all || $scope == "stream $stream" ]] && whole=1
        if ((sequence_at[$position] != expected)) && [[ -n $whole ]] || ((sequence_at[$position] < expected)); then
            tampered "statement $position: the stream $stream has a gap or is out of order before it"
        fi
        if [[ -n $last ]] && ((sequence_at[$position] == expected)); then
            [[ ${previous_at[$position]} == "${leaf_at[$last]}" ]] ||
                tampered "statement $position does not follow the one before it in $stream"
        fi
        last_of["$stream"]=$position
    done
    if [[ $scope == range\ * ]]; then
        first=${scope#range } end=${first#* } first=${first% *}
        is_decimal "$first" && is_decimal "$end" && ((first <= end && end <= newest_size)) ||
            malformed "manifest.note names a range that is none"
        for position in "${positions[@]}"; do ((count += first <= position && position < end, 1)); done
        ((count == end - first)) || tampered "$((end - first - count)) statements of the range were left out"
    fi
    said+=("${#positions[@]} statements")
    [[ $scope == stream\ * ]] || return 0
    last=${last_of["${scope#stream }"]:-}
    [[ -n $last ]] || tampered "no statement of the stream is there"
    if [[ $statements == all ]]; then
        said+=("$scope: nothing of it was left out")
    else
        said+=("$scope: nothing was left out up to sequence ${sequence_at[$last]}; what came later is not shown")
    fi
}

check_payloads() {
    local name position count=0
    for name in "${!there[@]}"; do
        [[ $name == payload-* ]] || continue
        position=${name#payload-}
        [[ -n ${leaf_at[$position]:-} ]] || malformed "$name is of an event without statement"
        [[ ${hash_of[$name]} == "${payload_at[$position]}" ]] || tampered "$name is not the payload of the event"
        ((++count))
    done
    said+=("$count payloads, $((${#positions[@]} - count)) withheld")
}

read_consistency() {
    local lines line pair='' block=() form='^consistency ([0-9]+) ([0-9]+)$'
    declare -gA proof_of=()
    lines_of "$work/files/consistency.txt" consistency.txt
    for line in "${lines[@]}"; do
        if [[ -z $pair ]]; then
            [[ $line =~ $form ]] && pair="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" &&
                is_decimal "${pair% *}" && is_decimal "${pair#* }" && [[ -z ${proof_of[$pair]+x} ]] ||
                malformed "consistency.txt has a line that is none: ${line:0:80}"
            block=()
        elif [[ -n $line ]]; then
            block+=("$line")
        else
            read_hashes consistency.txt "${block[@]}"
            proof_of[$pair]=${path[*]:-}
            pair=''
        fi
    done
    [[ -z $pair ]] || malformed "consistency.txt is cut short"
}

check_continues() { # OLD-SIZE OLD-ROOT NEW-SIZE NEW-ROOT
    if [[ -z ${proof_of["$1 $3"]+x} ]]; then
        cannot_tell "nothing shows that the log of size $3 continues that of $1"
        return
    fi
    read -r -a path <<<"${proof_of["$1 $3"]}"
    proves_consistency "$1" "$2" "$3" "$4" || tampered "the log of size $3 does not continue that of $1"
}

split_notes() { # NAME STEM: writes the notes of the file to $work/STEM-1, 2, ...; sets `note_count`.
    local text part
    note_count=0
    read_text "$work/files/$1" "$1"
    while [[ -n $text ]]; do
        [[ $text == *$'\n\n'*$'\n\n'* ]] || malformed "$1 is cut short"
        part=${text%%$'\n\n'*}$'\n\n' text=${text#*$'\n\n'}
        part+=${text%%$'\n\n'*}$'\n' text=${text#*$'\n\n'}
        ((++note_count))
        printf %s "$part" >"$work/$2-$note_count"
    done
}

stamped() { # FILE SIZE: a time stamp may be of this note.
    local hash
    hash=$(sha256sum "$1")
    stamped_size[${hash%% *}]=${stamped_size[${hash%% *}]:-$2}
}

check_older() {
    local i name before=-1
    declare -gA root_at=() stamped_size=()
    chain=()
    read_consistency
    stamped "$work/files/checkpoint" "$newest_size"
    split_notes checkpoints.txt note
    for ((i = 1; i <= note_count; ++i)); do
        name="checkpoint $i of checkpoints.txt"
        read_note "$work/note-$i" "$name"
        if ! note_signers "$name"; then
            cannot_tell "$name is not signed by a key that was given"
            continue
        fi
        read_checkpoint "$name"
        ((before < size && size < newest_size)) || malformed "$name is out of order"
        check_validity "$size" "$name"
        before=$size root_at[$size]=$root
        stamped "$work/note-$i" "$size"
        ((size == 0)) || chain+=("$size")
    done
    root_at[$newest_size]=$newest_root
    chain+=("$newest_size")
    for ((i = 1; i < ${#chain[@]}; ++i)); do
        check_continues "${chain[i - 1]}" "${root_at[${chain[i - 1]}]}" "${chain[i]}" "${root_at[${chain[i]}]}"
    done
}

check_anchor() { # FILE NAME: sets `size`; fails if nobody who is known signed it.
    read_note "$1" "$2"
    if ! note_signers "$2"; then
        cannot_tell "$2 is not signed by a key that was given"
        return 1
    fi
    read_checkpoint "$2"
    ((size <= newest_size)) ||
        finish 'rolled back' 1 "$2 has seen $size events, the bundle's log has $newest_size"
    ((size)) || return 0
    found=''
    if [[ -n ${root_at[$size]:-} ]]; then
        found=${root_at[$size]}
    elif [[ $statements == all ]]; then
        hashes=("${leaves[@]:0:size}")
        root_of
    else
        check_continues "$size" "$root" "$newest_size" "$newest_root"
        return 0
    fi
    [[ $found == "$root" ]] || tampered "$2 is of another history"
}

check_anchors() {
    local file i
    for file in "${anchors[@]}"; do
        cp -- "$file" "$work/anchor"
        check_anchor "$work/anchor" "the anchor $file"
    done
    travelled=()
    [[ -n ${there[anchors.txt]:-} ]] || return 0
    split_notes anchors.txt travelled
    for ((i = 1; i <= note_count; ++i)); do
        check_anchor "$work/travelled-$i" "checkpoint $i of anchors.txt" || continue
        travelled+=("$work/travelled-$i")
        stamped "$work/travelled-$i" "$size"
    done
}

known_size=() known_at=() known_by=() known_newest=()
know() { # SIZE MICROSECONDS BY AS-NEWEST
    known_size+=("$1") known_at+=("$2") known_by+=("$3") known_newest+=("$4")
}

cosigned() { # WITNESS NAME, and the note read last: sets `seconds`; fails if it did not sign.
    local i good=1
    for ((i = 0; i < ${#note_names[@]}; ++i)); do
        [[ ${key_name[$1]} == "${note_names[i]}" && ${key_id[$1]} == "${note_ids[i]}" ]] || continue
        printf 'cosignature/v1\ntime %d\n%s' $((16#${note_blobs[i]:0:16})) "$note_text" >"$work/cosigned"
        ((${#note_blobs[i]} == 144)) && verifies "$1" "${note_blobs[i]:16}" "$work/cosigned" ||
            tampered "$2: the cosignature of ${note_names[i]} is false"
        ((good == 0)) || seconds=$((16#${note_blobs[i]:0:16}))
        good=0
    done
    return $good
}

check_witnesses() {
    local witness file signed=0 seconds
    for witness in "${witnesses[@]}"; do
        for file in "$work/files/checkpoint" "${travelled[@]}"; do
            read_note "$file" "${file##*/}"
            cosigned "$witness" "${file##*/}" || continue
            [[ $file != "$work/files/checkpoint" ]] || ((++signed))
            ((seconds <= 253402300799)) || seconds=253402300799
            know "${note_lines[1]}" $((seconds * 1000000)) "witness ${key_name[$witness]}" 1
        done
    done
    ((signed >= ${quorum:-${#witnesses[@]}})) ||
        cannot_tell "$signed of the witnesses signed, ${quorum:-${#witnesses[@]}} are needed"
}

check_time_stamp() { # NAME
    local name=$1 base="$work/files/$1" said_time='' imprint='' line output epoch micros=0 options=()
    output=$(openssl ts -reply -in "$base.tsr" -text 2>/dev/null) || malformed "$name is no time stamp"
    while IFS= read -r line; do
        [[ $line != 'Time stamp: '* ]] || said_time=${line#Time stamp: }
    done <<<"$output"
    [[ -n $said_time && -f $base.tsq ]] && output=$(openssl ts -query -in "$base.tsq" -text 2>/dev/null) ||
        malformed "$name is no time stamp"
    while IFS= read -r line; do
        [[ $line =~ ^\ +[0-9a-f]{4}\ -\ ([0-9a-f -]{47}) ]] && imprint+=${BASH_REMATCH[1]//[^0-9a-f]/}
    done <<<"$output"
    epoch=$(date -u -d "$said_time" +%s)
    if [[ $said_time =~ \.([0-9]+) ]]; then
        micros=${BASH_REMATCH[1]}000000
        micros=$((10#${micros:0:6}))
    fi
    if [[ -z ${stamped_size[$imprint]:-} ]]; then
        cannot_tell "$name is of nothing in the bundle"
        return
    fi
    [[ ! -s $base.pem ]] || options=(-untrusted "$base.pem")
    if output=$(openssl ts -verify -queryfile "$base.tsq" -in "$base.tsr" -CAfile "$tsa_roots" \
        -attime "$epoch" "${options[@]}" 2>&1); then
        said+=("$name: $said_time")
        know "${stamped_size[$imprint]}" $((epoch * 1000000 + micros)) "$name" 0
    elif [[ $output == *'certificate verify error'* ]]; then
        cannot_tell "$name does not lead to the roots that were given"
    else
        tampered "$name is false"
    fi
}

check_time_stamps() {
    local name count=0
    [[ -n $tsa_roots ]] || return 0
    for name in "${!there[@]}"; do
        [[ $name == tsa-*.tsr ]] || continue
        ((++count))
        check_time_stamp "${name%.tsr}"
    done
    ((count)) || cannot_tell "there is no time stamp"
}

time_text() { # MICROSECONDS: sets `time`, as statements spell times, which compare as they follow.
    local seconds=$(($1 > 0 ? $1 / 1000000 : 0))
    ((seconds <= 253402300799)) || seconds=253402300799
    TZ=UTC0 printf -v time '%(%Y-%m-%dT%H:%M:%S)T.%06dZ' "$seconds" $(($1 > 0 ? $1 % 1000000 : 0))
}

find_bounds() { # POSITION: sets `earliest` and `latest`, microseconds, or nothing.
    local i
    earliest='' latest=''
    for i in "${!first_at[@]}"; do
        if ((i <= $1)); then
            [[ -n $earliest ]] && ((first_at[i] <= earliest)) || earliest=${first_at[$i]}
        else
            [[ -n $latest ]] && ((first_at[i] >= latest)) || latest=${first_at[$i]}
        fi
    done
}

check_times() { # Events are from when they say, and the newest word about the log is not too old.
    local i position before='' time earliest latest recorded
    declare -A first_at=()
    for ((i = 0; i < ${#known_size[@]}; ++i)); do
        [[ -n ${first_at[${known_size[i]}]:-} ]] && ((known_at[i] >= first_at[${known_size[i]}])) ||
            first_at[${known_size[i]}]=${known_at[i]}
    done
    for position in "${positions[@]}"; do
        recorded=${recorded_at[$position]}
        [[ ! $recorded < $before ]] || tampered "statement $position says that it was recorded before the one before it"
        before=$recorded
        find_bounds "$position"
        if [[ -n $earliest ]]; then
            time_text $((earliest - skew * 1000000))
            [[ ! $recorded < $time ]] || tampered "statement $position is backdated: it says $recorded, but the log ended before it later"
        fi
        [[ -n $latest ]] || continue
        time_text $((latest + skew * 1000000))
        [[ ! $recorded > $time ]] || tampered "statement $position is dated forward: it says $recorded, but the log had it before"
        [[ ! ${occurred_at[$position]} > $time ]] ||
            cannot_tell "statement $position says that it happened at ${occurred_at[$position]}, but the log had it before"
    done
    [[ -z $max_age ]] || check_age
}

check_age() {
    local i newest='' by_witness='' time
    for ((i = 0; i < ${#known_at[@]}; ++i)); do [[ ${known_newest[i]} == 0 ]] || by_witness=1; done
    for ((i = 0; i < ${#known_at[@]}; ++i)); do
        [[ -z $by_witness || ${known_newest[i]} == 1 ]] || continue
        [[ -n $newest ]] && ((known_at[i] <= known_at[newest])) || newest=$i
    done
    if [[ -z $newest ]]; then
        cannot_tell "nobody who is believed says when the log was so far"
        return
    fi
    if [[ -n $now ]]; then now=$((now * 1000000)); else now=$(date -u +%s%6N); fi
    time_text "${known_at[newest]}"
    if ((known_at[newest] > now + skew * 1000000)); then
        cannot_tell "the newest word is in the future (${known_by[newest]}, $time)"
    elif ((now - known_at[newest] > max_age * 1000000)); then
        cannot_tell "the newest word is older than $max_age s (${known_by[newest]}, $time): this may be an old checkpoint, shown as the present one"
    fi
}

# An example of RFC 8032: without it, a missing or old openssl would make every signature false.
example=example
printf r >"$work/example"
key_type[$example]=01 key_hex[$example]=3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
verifies "$example" "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" "$work/example" ||
    finish unverifiable 3 "there is no openssl here that verifies Ed25519 (3.0 or later)"

for key in "${keys[@]}"; do read_key "$key"; done
for key in "${witnesses[@]}"; do read_witness "$key"; done
if ((${#keys[@]})); then origin=${key_name[${keys[0]}]}; fi
for key in "${keys[@]}"; do
    [[ ${key_name[$key]} == "$origin" ]] || malformed "the keys are of several logs"
done
read_archive
((${#keys[@]})) || finish unverifiable 3 "no key of the log was given (--key)"
check_checkpoint
check_manifest
read_validity
signers=("${newest_signers[@]}")
check_validity "$newest_size" checkpoint
check_statements
check_proofs
check_streams
check_payloads
check_older
check_anchors
check_witnesses
check_time_stamps
check_times
((${#unsure[@]} == 0)) || finish unverifiable 3 "${unsure[@]}"
finish verified 0 "${said[@]}"
