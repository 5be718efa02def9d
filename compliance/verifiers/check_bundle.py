#!/usr/bin/env python3
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
"""Checks an audit bundle of daybook without daybook.

Needs Python 3.8, nothing but its standard library, and the openssl program (3.0 or later). Written
from compliance/docs/bundle.md alone: it shares no code with the program that made the bundle. The
bundle is read once; nothing is unpacked.

Exit codes: 0 verified, 1 tampered or rolled back, 2 malformed, 3 unverifiable, 4 usage.
"""
import argparse
import base64
import calendar
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

CODES = {"verified": 0, "tampered": 1, "rolled back": 1, "malformed": 2, "unverifiable": 3}
REQUIRED = ["MANIFEST", "manifest.note", "checkpoint", "checkpoints.txt", "consistency.txt",
            "keys.txt", "statements.jsonl", "HOWTO.txt"]
OPTIONAL = ["policy.txt", "anchors.txt", "report.html", "report.json"]
NUMBERED = re.compile(r"(?:payload-(0|[1-9][0-9]{0,18})|proof-(0|[1-9][0-9]{0,18})\.tlog-proof"
                      r"|tsa-(0|[1-9][0-9]{0,5})\.(?:tsq|tsr|pem))\Z")
PROOF_FIRST_LINE = "c2sp.org/tlog-proof@v1"
BLOCK = 512
NOTE_MAX = 256 * 1024
STATEMENT_MAX = 65535
SIZE_MAX = 2**63 - 1

# Ed25519 points of small order without their sign: anybody can sign for them.
SMALL_ORDER = {bytes.fromhex(h) for h in (
    "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")}
P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


class Verdict(Exception):
    def __init__(self, what, message):
        super().__init__(message)
        self.what = what


def malformed(message):
    raise Verdict("malformed", message)


def tampered(message):
    raise Verdict("tampered", message)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\x00" + data)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def strict_base64(text):
    """The bytes, or None if another spelling of base64 would be shorter or cleaner."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) > SIZE_MAX:
        return None
    return int(text)


# Keys and notes (c2sp.org/signed-note).

def is_name(name):
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)


def openssl_verifies(kind, key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        der = key if kind == 2 else ED25519_PREFIX + key
        for name, data in (("key", der), ("message", message), ("signature", signature)):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey",
                   paths[0], "-rawin", "-in", paths[1], "-sigfile", paths[2]]
        if kind == 2:
            command += ["-digest", "sha256"]
        return subprocess.run(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0


def need_openssl():
    """An example of RFC 8032: an old openssl would make every signature false."""
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                 "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    if not openssl_verifies(1, bytes.fromhex(key), b"r", bytes.fromhex(signature)):
        raise OSError("there is no openssl here that verifies Ed25519 (3.0 or later)")


class Key:
    """A vkey: name+hex(id)+base64(type and key)."""

    def __init__(self, vkey):
        self.text = vkey
        parts = vkey.split("+", 2)
        blob = strict_base64(parts[2]) if len(parts) == 3 else None
        if not blob or not is_name(parts[0]) or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
            malformed("a key is not of the form name+id+base64: %r" % vkey)
        self.name, self.id, self.type, self.key = parts[0], bytes.fromhex(parts[1]), blob[0], blob[1:]
        if self.type in (1, 4):
            y = self.key[:-1] + bytes([self.key[-1] & 0x7F]) if len(self.key) == 32 else None
            if y is None or y in SMALL_ORDER or int.from_bytes(y, "little") >= 2**255 - 19:
                malformed("the Ed25519 key of %s must not be used: wrong size, small order or not "
                          "canonical" % self.name)
            expected = sha256(self.name.encode() + b"\n" + blob)[:4]
        elif self.type == 2:
            if len(self.key) != 91 or not self.key.startswith(P256_PREFIX):
                malformed("the ECDSA key of %s is not on P-256" % self.name)
            expected = sha256(self.key)[:4]
        else:
            malformed("the key of %s has the unknown type %d" % (self.name, self.type))
        if self.id != expected:
            malformed("the id of the key of %s is not that of the key" % self.name)

    def verifies(self, message, signature):
        return openssl_verifies(self.type, self.key, message, signature)

    def as_witness(self):
        """Witnesses hand out either form of their key; what they sign with has type 4."""
        if self.type == 4:
            return self
        if self.type != 1:
            malformed("a witness signs with Ed25519; %s does not" % self.name)
        blob = b"\x04" + self.key
        key_id = sha256(self.name.encode() + b"\n" + blob)[:4]
        return Key("%s+%s+%s" % (self.name, key_id.hex(), base64.b64encode(blob).decode()))


class Note:
    def __init__(self, data, name):
        self.data, self.where = data, name
        if not data or len(data) > NOTE_MAX or not data.endswith(b"\n"):
            malformed("%s is not a signed note" % name)
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            malformed("%s is not UTF-8" % name)
        if any(ord(c) < 32 and c != "\n" for c in whole):
            malformed("%s has control characters" % name)
        end = whole.rfind("\n\n")
        if end < 0:
            malformed("%s has no blank line between text and signatures" % name)
        self.text = whole[:end + 1]
        lines = whole[end + 2:].split("\n")[:-1]
        if not lines or len(lines) > 64:
            malformed("%s has %d signatures" % (name, len(lines)))
        self.signatures = []
        for line in lines:
            parts = line.split(" ")
            blob = strict_base64(parts[2]) if len(parts) == 3 else None
            if not blob or len(blob) < 5 or parts[0] != "\u2014" or not is_name(parts[1]):
                malformed("%s has a line that is no signature: %r" % (name, line[:80]))
            self.signatures.append((parts[1], blob[:4], blob[4:]))

    def verified_by(self, keys):
        """The key that signed; lines of other keys do not count, a false line of a key does."""
        found = []
        for name, key_id, signature in self.signatures:
            for key in keys:
                if (key.name, key.id) != (name, key_id):
                    continue
                if not key.verifies(self.text.encode(), signature):
                    tampered("%s: the signature of %s is false" % (self.where, name))
                if key not in found:
                    found.append(key)
        return found

    def cosigned_by(self, witness):
        """When the witness signed, in seconds since 1970; None if it did not."""
        found = None
        for name, key_id, blob in self.signatures:
            if (name, key_id) != (witness.name, witness.id):
                continue
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(blob[:8], "big")
            if len(blob) != 72 or not witness.verifies(message + self.text.encode(), blob[8:]):
                tampered("%s: the cosignature of %s is false" % (self.where, name))
            found = int.from_bytes(blob[:8], "big") if found is None else found
        return found


class Checkpoint:
    def __init__(self, note, origin):
        self.note = note
        lines = note.text.split("\n")[:-1]
        size = decimal(lines[1]) if len(lines) > 2 else None
        root = strict_base64(lines[2]) if len(lines) > 2 else None
        if size is None or root is None or len(root) != 32 or "" in lines:
            malformed("%s is not a checkpoint" % note.where)
        if lines[0] != origin:
            malformed("%s is of the log %r, not of %r" % (note.where, lines[0], origin))
        self.size, self.root = size, root


# Trees (RFC 9162, 2.1.3.2 and 2.1.4.2).

def root_of(leaves):
    if not leaves:
        return sha256(b"")
    level = leaves
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def proves_inclusion(path, leaf, index, size, root):
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def proves_consistency(path, older, newer):
    m, n = older.size, newer.size
    if m == n:
        return not path and older.root == newer.root
    if not 0 < m < n or not path:
        return False
    if m & (m - 1) == 0:
        path = [older.root] + path
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == older.root and sr == newer.root


# The container: a plain ustar archive of a few known names.

def octal(field):
    if not re.fullmatch(rb"[0-7]{11}\0", field):
        malformed("a size in the archive is not spelled as it should be")
    return int(field[:11], 8)


def is_allowed(name):
    if name in REQUIRED or name in OPTIONAL:
        return True
    match = NUMBERED.match(name)
    if not match:
        return False
    number = match.group(1) or match.group(2)
    return number is None or decimal(number) is not None


def read_archive(path):
    with open(path, "rb") as file:
        data = file.read()
    files, at = {}, 0
    while True:
        header = data[at:at + BLOCK]
        if len(header) < BLOCK:
            malformed("the archive is cut short")
        at += BLOCK
        if header == bytes(BLOCK):
            break
        name = header[:100].rstrip(b"\0").decode("latin-1")
        if header[257:265] != b"ustar\x0000" or header[156:157] != b"0":
            malformed("%r in the archive is not a plain file of a ustar archive" % name)
        if any(header[157:257]) or any(header[345:512]):
            malformed("%r in the archive has a link or a folder" % name)
        total = sum(header[:148]) + 8 * 32 + sum(header[156:])
        if header[148:156] != b"%06o\0 " % total:
            malformed("the header of %r in the archive is damaged" % name)
        if not is_allowed(name):
            malformed("%r does not belong into a bundle" % name)
        if name in files:
            malformed("%s is twice in the archive" % name)
        size = octal(header[124:136])
        padded = -(-size // BLOCK) * BLOCK
        if at + padded > len(data) or any(data[at + size:at + padded]):
            malformed("%s is cut short or badly padded" % name)
        files[name] = data[at:at + size]
        at += padded
    if data[at:] != bytes(BLOCK):
        malformed("something follows the end of the archive")
    for name in REQUIRED:
        if name not in files:
            malformed("%s is missing" % name)
    return files


def text_lines(files, name):
    try:
        text = files[name].decode("utf-8")
    except UnicodeDecodeError:
        malformed("%s is not UTF-8" % name)
    if text and not text.endswith("\n"):
        malformed("%s does not end with a line feed" % name)
    return text.split("\n")[:-1]


# What stands in the files.

def canonical_string(text):
    out = ['"']
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f",
             "\r": "\\r"}
    for c in text:
        out.append(short.get(c) or ("\\u%04x" % ord(c) if ord(c) < 32 else c))
    return "".join(out) + '"'


def canonical(value):
    if isinstance(value, str):
        return canonical_string(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(canonical_string(k) + ":" + canonical(value[k])
                              for k in sorted(value)) + "}"
    return str(value)


HEX = r"[0-9a-f]{64}"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
FORMS = {"causes": [UUID], "content_type": str, "correlation": str, "extensions": r"(sha256:%s)?" % HEX,
         "id": UUID, "occurred_at": TIME, "origin": str, "payload": "sha256:" + HEX, "position": int,
         "previous": r"(%s)?" % HEX, "recorded_at": TIME, "schema": str, "sequence": int,
         "statement": int, "stream": str, "tags": list, "type": str, "actor": dict}


def has_form(value, form):
    if form is int:
        return type(value) is int and 0 <= value < 2**53
    if form is list:
        return type(value) is list and all(type(v) is str for v in value)
    if type(form) is list:
        return type(value) is list and all(has_form(v, form[0]) for v in value)
    if form is dict:
        return (type(value) is dict and set(value) == {"id", "model", "type"}
                and all(type(v) is str for v in value.values()))
    if form is str:
        return type(value) is str
    return type(value) is str and re.fullmatch(form, value) is not None


def read_statement(line, number):
    where = "line %d of statements.jsonl" % number
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        malformed("%s is not JSON" % where)
    if type(said) is not dict or set(said) != set(FORMS) or len(line.encode()) > STATEMENT_MAX:
        malformed("%s is not a statement" % where)
    for name, form in FORMS.items():
        if not has_form(said[name], form):
            malformed("%s: %s is not as a statement has it" % (where, name))
    try:
        spelled = canonical(said).encode("utf-8")
    except UnicodeEncodeError:
        malformed("%s has half a surrogate" % where)
    if spelled != line.encode("utf-8"):
        malformed("%s is not in canonical form" % where)
    if said["statement"] != 1 or said["sequence"] < 1:
        malformed("%s is of another version" % where)
    said["leaf"] = leaf_hash(spelled)
    return said


def read_validity(files):
    """keys.txt: VKEY PURPOSE FROM TO, half open in positions, '-' for no end."""
    validity = {}
    for line in text_lines(files, "keys.txt"):
        parts = line.split(" ")
        first = decimal(parts[2]) if len(parts) == 4 else None
        last = SIZE_MAX if len(parts) == 4 and parts[3] == "-" else (
            decimal(parts[3]) if len(parts) == 4 else None)
        if first is None or last is None or not re.fullmatch(r"log|actor|timestamp|subject", parts[1]):
            malformed("keys.txt has a line that is none: %r" % line[:80])
        if parts[1] == "log":
            validity[parts[0]] = (first, last)
    return validity


def read_hashes(lines, where):
    path = [strict_base64(line) for line in lines]
    if len(path) > 64 or any(p is None or len(p) != 32 for p in path):
        malformed("%s has a line that is no hash" % where)
    return path


def read_consistency(files):
    proofs, block = {}, None
    for line in text_lines(files, "consistency.txt"):
        if block is None:
            match = re.fullmatch(r"consistency ([0-9]+) ([0-9]+)", line)
            sizes = tuple(decimal(s) for s in match.groups()) if match else (None,)
            if None in sizes or sizes in proofs:
                malformed("consistency.txt has a line that is none: %r" % line[:80])
            block = []
        elif line:
            block.append(line)
        else:
            proofs[sizes] = read_hashes(block, "consistency.txt")
            block = None
    if block is not None:
        malformed("consistency.txt is cut short")
    return proofs


def split_notes(files, name):
    """checkpoints.txt or anchors.txt: signed notes, an empty line behind each."""
    data = files.get(name, b"")
    parts = data.split(b"\n\n")
    if parts[-1] != b"" or len(parts) % 2 != 1:
        malformed("%s is cut short" % name)
    return [parts[i] + b"\n\n" + parts[i + 1] + b"\n" for i in range(0, len(parts) - 1, 2)]


def epoch_of(text):
    """Of "Nov 22 03:47:31.123 2026 GMT", as openssl prints it: seconds and microseconds."""
    plain = re.sub(r"\.[0-9]+", "", text).replace(" GMT", "")
    when = datetime.datetime.strptime(" ".join(plain.split()), "%b %d %H:%M:%S %Y")
    fraction = re.search(r"\.([0-9]+)", text)
    micros = (fraction.group(1) + "000000")[:6] if fraction else "0"
    return calendar.timegm(when.timetuple()), int(micros)


def time_text(micros):
    """As statements spell times, which compare as they follow each other."""
    epoch = datetime.datetime(1970, 1, 1)
    try:
        when = epoch + datetime.timedelta(microseconds=micros)
    except OverflowError:
        return "9999-12-31T23:59:59.999999Z"
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


class Check:
    def __init__(self, files, given):
        self.files, self.given = files, given
        self.keys = given.keys
        self.origin = given.keys[0].name
        self.unsure, self.said = [], []
        # Who says, when (microseconds since 1970), how many events there were, as the most seen?
        self.known_times = []

    def cannot_tell(self, message):
        self.unsure.append(message)

    def run(self):
        self.check_checkpoint()
        self.check_manifest()
        self.check_validity(self.newest, self.signers)
        self.check_statements()
        self.check_proofs()
        self.check_streams()
        self.check_payloads()
        self.check_older()
        self.check_anchors()
        self.check_witnesses()
        self.check_time_stamps()
        self.check_times()

    def check_checkpoint(self):
        note = Note(self.files["checkpoint"], "checkpoint")
        self.signers = note.verified_by(self.keys)
        if not self.signers:
            raise Verdict("unverifiable", "checkpoint is not signed by a key that was given")
        self.newest = Checkpoint(note, self.origin)

    def check_manifest(self):
        note = Note(self.files["manifest.note"], "manifest.note")
        if not note.verified_by(self.keys):
            raise Verdict("unverifiable", "manifest.note is not signed by a key that was given")
        match = re.fullmatch(
            r"daybook-audit-bundle/1\norigin (.+)\nsize (.+)\nmanifest ([0-9a-f]{64})\n"
            r"statements (all|some)\nscope (all|stream .+|range [0-9]+ [0-9]+)\ncreated (.+)\n",
            note.text)
        if not match:
            malformed("manifest.note does not say what a bundle's does")
        origin, size, digest, self.statements, self.scope, self.created = match.groups()
        if origin != self.origin or size != str(self.newest.size):
            tampered("manifest.note is of another checkpoint")
        if sha256(self.files["MANIFEST"]).hex() != digest:
            tampered("MANIFEST is not the one that was signed")
        listed = {}
        for line in text_lines(self.files, "MANIFEST"):
            match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
            if not match or not is_allowed(match.group(2)) or match.group(2) in listed:
                malformed("MANIFEST has a line that is none: %r" % line[:80])
            listed[match.group(2)] = match.group(1)
        there = set(self.files) - {"MANIFEST", "manifest.note"}
        for name in sorted(there | set(listed)):
            if name not in there:
                tampered("%s is in MANIFEST but missing" % name)
            if name not in listed:
                tampered("%s was added: MANIFEST does not know it" % name)
            if sha256(self.files[name]).hex() != listed[name]:
                tampered("%s is not what was signed" % name)
        self.validity = read_validity(self.files)

    def check_validity(self, checkpoint, signers):
        at = max(checkpoint.size - 1, 0)
        for key in signers:
            first, last = self.validity.get(key.text, (0, SIZE_MAX))
            if not first <= at < last:
                tampered("%s: the key that signed was not valid at position %d"
                         % (checkpoint.note.where, at))

    def check_statements(self):
        self.by_position, before = {}, -1
        for number, line in enumerate(text_lines(self.files, "statements.jsonl"), 1):
            said = read_statement(line, number)
            if said["position"] <= before:
                malformed("line %d of statements.jsonl is out of order" % number)
            if said["position"] >= self.newest.size or said["origin"] != self.origin:
                tampered("line %d of statements.jsonl is of no event of this log" % number)
            before = said["position"]
            self.by_position[before] = said
        if self.statements == "all":
            if len(self.by_position) != self.newest.size:
                tampered("statements were left out: %d of %d are there"
                         % (len(self.by_position), self.newest.size))
            if root_of([s["leaf"] for s in self.by_position.values()]) != self.newest.root:
                tampered("the statements are not those of the signed tree")

    def check_proofs(self):
        for name in sorted(self.files):
            match = re.fullmatch(r"proof-([0-9]+)\.tlog-proof", name)
            if not match:
                continue
            head, _, note = self.files[name].partition(b"\n\n")
            try:
                lines = head.decode("ascii").split("\n")
            except UnicodeDecodeError:
                malformed("%s is no proof" % name)
            index = re.fullmatch(r"index ([0-9]+)", lines[1]) if len(lines) > 1 else None
            if lines[0] != PROOF_FIRST_LINE or not index or decimal(index.group(1)) is None:
                malformed("%s is no proof" % name)
            path = read_hashes(lines[2:], name)
            if int(match.group(1)) not in self.by_position:
                malformed("%s is for an event without statement" % name)
            if index.group(1) != match.group(1) or note != self.files["checkpoint"]:
                tampered("%s is of another event or checkpoint" % name)
            said = self.by_position[int(match.group(1))]
            if not proves_inclusion(path, said["leaf"], said["position"], self.newest.size,
                                    self.newest.root):
                tampered("%s does not show that the statement is in the log" % name)
        if self.statements == "some":
            for position in self.by_position:
                if "proof-%d.tlog-proof" % position not in self.files:
                    self.cannot_tell("nothing shows that statement %d is in the log" % position)

    def check_streams(self):
        last = {}
        for position, said in self.by_position.items():
            if (said["sequence"] == 1) != (said["previous"] == ""):
                tampered("statement %d: first of its stream, or not?" % position)
            before = last.get(said["stream"])
            whole = self.statements == "all" or self.scope == "stream " + said["stream"]
            expected = before["sequence"] + 1 if before else 1
            follows = said["sequence"] == expected
            if (whole and not follows) or said["sequence"] < expected:
                tampered("statement %d: the stream %s has a gap or is out of order before it"
                         % (position, said["stream"]))
            if before and follows and said["previous"] != before["leaf"].hex():
                tampered("statement %d does not follow the one before it in %s"
                         % (position, said["stream"]))
            last[said["stream"]] = said
        if self.scope.startswith("range "):
            first, end = (decimal(n) for n in self.scope.split(" ")[1:])
            if first is None or end is None or not first <= end <= self.newest.size:
                malformed("manifest.note names a range that is none")
            missing = (end - first) - sum(first <= p < end for p in self.by_position)
            if missing:
                tampered("%d statements of the range were left out" % missing)
        if self.scope.startswith("stream ") and self.scope[7:] not in last:
            tampered("no statement of the stream is there")
        self.said.append("%d statements" % len(self.by_position))
        if self.scope.startswith("stream "):
            whole = "nothing of it was left out" if self.statements == "all" else (
                "nothing was left out up to sequence %d; what came later is not shown"
                % last[self.scope[7:]]["sequence"])
            self.said.append("%s: %s" % (self.scope, whole))

    def check_payloads(self):
        count = 0
        for name in sorted(self.files):
            if not name.startswith("payload-"):
                continue
            said = self.by_position.get(int(name[8:]))
            if said is None:
                malformed("%s is of an event without statement" % name)
            if "sha256:" + sha256(self.files[name]).hex() != said["payload"]:
                tampered("%s is not the payload of the event" % name)
            count += 1
        self.said.append("%d payloads, %d withheld" % (count, len(self.by_position) - count))

    def check_older(self):
        self.proofs = read_consistency(self.files)
        self.older, before = [], -1
        for number, data in enumerate(split_notes(self.files, "checkpoints.txt"), 1):
            note = Note(data, "checkpoint %d of checkpoints.txt" % number)
            signers = note.verified_by(self.keys)
            if not signers:
                self.cannot_tell("%s is not signed by a key that was given" % note.where)
                continue
            one = Checkpoint(note, self.origin)
            if not before < one.size < self.newest.size:
                malformed("%s is out of order" % note.where)
            self.check_validity(one, signers)
            before = one.size
            self.older.append(one)
        chain = [one for one in self.older if one.size > 0] + [self.newest]
        for one, other in zip(chain, chain[1:]):
            self.check_continues(one, other)

    def check_continues(self, older, newer):
        path = self.proofs.get((older.size, newer.size))
        if path is None:
            self.cannot_tell("nothing shows that the log of size %d continues that of %d"
                             % (newer.size, older.size))
        elif not proves_consistency(path, older, newer):
            tampered("the log of size %d does not continue that of %d" % (newer.size, older.size))

    def check_anchors(self):
        for path in self.given.anchor:
            with open(path, "rb") as file:
                self.take_anchor(Note(file.read(), "the anchor " + path))
        self.travelled = []
        for number, data in enumerate(split_notes(self.files, "anchors.txt"), 1):
            one = self.take_anchor(Note(data, "checkpoint %d of anchors.txt" % number))
            if one:
                self.travelled.append(one)

    def take_anchor(self, note):
        if not note.verified_by(self.keys):
            self.cannot_tell("%s is not signed by a key that was given" % note.where)
            return None
        one = Checkpoint(note, self.origin)
        if one.size > self.newest.size:
            raise Verdict("rolled back", "%s has seen %d events, the bundle's log has %d"
                          % (note.where, one.size, self.newest.size))
        self.check_anchor(one)
        return one

    def check_anchor(self, one):
        known = [c for c in self.older + [self.newest] if c.size == one.size]
        if one.size == 0:
            return
        if known:
            if known[0].root != one.root:
                tampered("%s is of another history" % one.note.where)
        elif self.statements == "all":
            leaves = [s["leaf"] for s in self.by_position.values()]
            if root_of(leaves[:one.size]) != one.root:
                tampered("%s is of another history" % one.note.where)
        else:
            self.check_continues(one, self.newest)

    def check_witnesses(self):
        given = self.given.witnesses
        if not given:
            return
        signed = 0
        for witness in given:
            for one in [self.newest] + self.travelled:
                when = one.note.cosigned_by(witness)
                if when is None:
                    continue
                signed += one is self.newest
                self.known_times.append((one.size, when * 1000000, "witness " + witness.name, True))
        needed = len(given) if self.given.quorum is None else self.given.quorum
        if signed < needed:
            self.cannot_tell("%d of the witnesses signed, %d are needed" % (signed, needed))

    def check_time_stamps(self):
        if self.given.tsa_roots is None:
            return
        names = sorted(n[:-4] for n in self.files if n.startswith("tsa-") and n.endswith(".tsr"))
        if not names:
            self.cannot_tell("there is no time stamp")
        for name in names:
            self.check_time_stamp(name)

    def check_time_stamp(self, name):
        with tempfile.TemporaryDirectory() as folder:
            for end in ("tsq", "tsr", "pem"):
                with open(os.path.join(folder, end), "wb") as file:
                    file.write(self.files.get("%s.%s" % (name, end), b""))

            def ts(*arguments):
                return subprocess.run(["openssl", "ts"] + list(arguments), cwd=folder, text=True,
                                      errors="replace", stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
            text = ts("-reply", "-in", "tsr", "-text")
            when = re.search(r"^Time stamp: (.*)$", text.stdout, re.M)
            query = ts("-query", "-in", "tsq", "-text")
            if text.returncode or query.returncode or not when:
                malformed("%s is no time stamp" % name)
            epoch, micros = epoch_of(when.group(1))
            imprint = "".join(re.findall(r"^ +[0-9a-f]{4} - ([0-9a-f -]{47})", query.stdout, re.M))
            imprint = re.sub("[^0-9a-f]", "", imprint)
            notes = [self.newest] + self.older + self.travelled
            stamped = [n for n in notes if sha256(n.note.data).hex() == imprint]
            if not stamped:
                self.cannot_tell("%s is of nothing in the bundle" % name)
                return
            arguments = ["-verify", "-queryfile", "tsq", "-in", "tsr", "-CAfile",
                         os.path.abspath(self.given.tsa_roots), "-attime", str(epoch)]
            if self.files.get(name + ".pem"):
                arguments += ["-untrusted", "pem"]
            outcome = ts(*arguments)
            if outcome.returncode:
                if "certificate verify error" in outcome.stdout:
                    self.cannot_tell("%s does not lead to the roots that were given" % name)
                else:
                    tampered("%s is false" % name)
            else:
                self.said.append("%s: %s" % (name, when.group(1)))
                self.known_times.append((stamped[0].size, epoch * 1000000 + micros, name, False))

    def check_times(self):
        """Events are from when they say, and the newest word about the log is not too old."""
        first = {}
        for known in self.known_times:
            if known[0] not in first or known[1] < first[known[0]][1]:
                first[known[0]] = known
        skew = self.given.skew * 1000000
        # By size: not before the latest of smaller ones, not after the earliest of larger ones.
        lower = [(k[0], k[1] - skew) for k in first.values()]
        upper = [(k[0], k[1] + skew) for k in first.values()]
        before = ""
        for position, said in self.by_position.items():
            recorded, where = said["recorded_at"], "statement %d" % position
            if recorded < before:
                tampered("%s says that it was recorded before the one before it" % where)
            before = recorded
            earliest = max((t for size, t in lower if size <= position), default=None)
            latest = min((t for size, t in upper if size > position), default=None)
            if earliest is not None and recorded < time_text(earliest):
                tampered("%s is backdated: it says %s, but the log ended before it at %s"
                         % (where, recorded, time_text(earliest + skew)))
            if latest is not None and recorded > time_text(latest):
                tampered("%s is dated forward: it says %s, but the log had it at %s"
                         % (where, recorded, time_text(latest - skew)))
            if latest is not None and said["occurred_at"] > time_text(latest):
                self.cannot_tell("%s says that it happened at %s, but the log had it at %s"
                                 % (where, said["occurred_at"], time_text(latest - skew)))
        if self.given.max_age is not None:
            self.check_age(skew)

    def check_age(self, skew):
        witnessed = [k for k in self.known_times if k[3]] or self.known_times
        if not witnessed:
            self.cannot_tell("nobody who is believed says when the log was so far")
            return
        size, newest, by, _ = max(witnessed, key=lambda k: k[1])
        now = int(time.time() * 1000000) if self.given.now is None else self.given.now * 1000000
        word = "%s, for %d events, at %s" % (by, size, time_text(newest))
        if newest > now + skew:
            self.cannot_tell("the newest word is in the future (%s)" % word)
        elif now - newest > self.given.max_age * 1000000:
            self.cannot_tell("the newest word is older than %d s (%s): this may be an old "
                             "checkpoint, shown as the present one" % (self.given.max_age, word))


def seconds(text):
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise argparse.ArgumentTypeError("not a number of seconds")
    return int(text)


def read_arguments():
    parser = argparse.ArgumentParser(
        description="Checks an audit bundle of daybook.", allow_abbrev=False,
        epilog="Exit codes: 0 verified, 1 tampered or rolled back, 2 malformed, 3 unverifiable, "
               "4 usage.")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY",
                        help="a key of the log, known from elsewhere than the bundle")
    parser.add_argument("--anchor", action="append", default=[], metavar="FILE",
                        help="a checkpoint that you kept: the log must continue it")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY",
                        help="a witness that must have signed the checkpoint")
    parser.add_argument("--quorum", type=int, metavar="N", help="how many witnesses suffice")
    parser.add_argument("--tsa-roots", metavar="PEM", help="whom to believe about time stamps")
    parser.add_argument("--max-age", type=seconds, metavar="SECONDS",
                        help="how old the newest word of a witness or time stamp may be")
    parser.add_argument("--skew", type=seconds, default=60, metavar="SECONDS",
                        help="how far clocks may be apart (60)")
    parser.add_argument("--now", type=seconds, metavar="SECONDS",
                        help="what time it is, since 1970, instead of what this machine says")
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.error = lambda message: (print("usage: " + message, file=sys.stderr), sys.exit(4))
    given = parser.parse_args()
    for path in [given.bundle] + given.anchor + ([given.tsa_roots] if given.tsa_roots else []):
        if not os.path.isfile(path):
            parser.error("there is no file %s" % path)
    return given


def main():
    given = read_arguments()
    check = None
    try:
        need_openssl()
        given.keys = [Key(k) for k in given.key]
        given.witnesses = [Key(k).as_witness() for k in given.witness]
        if len({k.name for k in given.keys}) > 1:
            malformed("the keys are of several logs")
        files = read_archive(given.bundle)
        if not given.keys:
            raise Verdict("unverifiable", "no key of the log was given (--key)")
        check = Check(files, given)
        check.run()
        what, messages = "verified", check.said
        if check.unsure:
            what, messages = "unverifiable", check.unsure
    except Verdict as found:
        what, messages = found.what, [str(found)]
    except Exception as failure:  # Python would end with the code of "tampered".
        what, messages = "unverifiable", ["the check itself failed: %s" % failure]
    for message in messages:
        print("%s: %s" % (what, message))
    print("verdict: " + what)
    return CODES[what]


if __name__ == "__main__":
    sys.exit(main())
