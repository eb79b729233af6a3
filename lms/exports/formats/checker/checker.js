/* Checks a dossier as lms/exports/verify.py does: same order, same codes, same sentences (docs/dossier.md). No request leaves. */
"use strict";

const SENTENCES = JSON.parse(document.getElementById("sentences").textContent);
const FORMAT = "tremplin-dossier", VERSION = 1;
const MANIFEST = "manifest.json", SIGNATURE = "manifest.jws", KEYS = "keys.json";
const FIRST = [MANIFEST, SIGNATURE];
const NAME = /^(?=.{1,200}$)[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const MOST_MEMBERS = 10000, MOST_DIRECTORY = 4 * 1024 ** 2, LARGEST = 2 ** 32 - 1;
const MOST = { [MANIFEST]: 16 * 1024 ** 2, [SIGNATURE]: 4096, [KEYS]: 64 * 1024 };
const END = 22, CENTRAL = 46;

class NotSound extends Error {
  constructor(code, about = "") {
    super(code);
    this.code = code;
    this.about = about;
  }
}

/* --- The archive */

function ascii(text) {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

function record(mark, fields, name = "") {
  const size = 4 + fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const made = new Uint8Array(size + name.length), view = new DataView(made.buffer);
  made.set(ascii(mark));
  let place = 4;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  made.set(ascii(name), place);
  return made;
}

const shorts = (...values) => values.map((value) => [2, value]);
const longs = (...values) => values.map((value) => [4, value]);

function localHeader(name, crc, size) {
  return record("PK\x03\x04", [...shorts(20, 0, 0, 0, 0x21), ...longs(crc, size, size), ...shorts(name.length, 0)], name);
}

function centralHeader(name, crc, size, offset) {
  const fields = [...shorts(20, 20, 0, 0, 0, 0x21), ...longs(crc, size, size), ...shorts(name.length, 0, 0, 0, 0), ...longs(0, offset)];
  return record("PK\x01\x02", fields, name);
}

function endRecord(count, size, offset) {
  return record("PK\x05\x06", [...shorts(0, 0, count, count), ...longs(size, offset), ...shorts(0)]);
}

function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

async function bytes(file, start, end) {
  return new Uint8Array(await file.slice(start, end).arrayBuffer());
}

function inOrder(names) {
  return [...FIRST.filter((name) => names.includes(name)), ...names.filter((name) => !FIRST.includes(name)).sort()];
}

async function membersOf(file) {
  if (file.size <= END || file.size > LARGEST || !same(await bytes(file, 0, 4), ascii("PK\x03\x04"))) throw new NotSound("not_a_dossier");
  const end = await bytes(file, file.size - END, file.size), view = new DataView(end.buffer);
  const count = view.getUint16(10, true), size = view.getUint32(12, true), offset = view.getUint32(16, true);
  if (!same(end, endRecord(count, size, offset)) || offset + size + END !== file.size) throw new NotSound("container");
  if (count > MOST_MEMBERS || size > MOST_DIRECTORY) throw new NotSound("too_big");
  const found = directory(await bytes(file, offset, offset + size), count);
  const names = found.map((member) => member.name);
  if (inOrder(names).some((name, place) => name !== names[place])) throw new NotSound("container");
  let place = 0;
  for (const member of found) {
    const header = localHeader(member.name, member.crc, member.size);
    member.start = place + header.length;
    const there = await bytes(file, place, member.start);
    if (member.offset !== place || !same(there, header)) throw new NotSound("container", member.name);
    place = member.start + member.size;
  }
  if (place !== offset) throw new NotSound("container");
  return new Map(found.map((member) => [member.name, member]));
}

function directory(content, count) {
  const found = [], names = new Set();
  let place = 0;
  for (let number = 0; number < count; number += 1) {
    if (content.length - place < CENTRAL) throw new NotSound("container");
    const view = new DataView(content.buffer, place);
    const crc = view.getUint32(16, true), size = view.getUint32(24, true), length = view.getUint16(28, true);
    const offset = view.getUint32(42, true), next = place + CENTRAL + length;
    const name = String.fromCharCode(...content.slice(place + CENTRAL, next));
    if (!NAME.test(name) || names.has(name)) throw new NotSound("name", name.slice(0, 80));
    names.add(name);
    if (!same(content.slice(place, next), centralHeader(name, crc, size, offset))) throw new NotSound("container", name);
    if (size > (MOST[name] ?? LARGEST)) throw new NotSound("too_big", name);
    found.push({ name, size, crc, offset });
    place = next;
  }
  if (place !== content.length) throw new NotSound("container");
  return found;
}

const CRC = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(content) {
  let crc = 0xffffffff;
  for (let place = 0; place < content.length; place += 1) crc = CRC[(crc ^ content[place]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* --- What is signed, and by whom */

function objectOf(content, code) {
  let read = null;
  try {
    read = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    throw new NotSound(code);
  }
  if (read === null || typeof read !== "object" || Array.isArray(read)) throw new NotSound(code);
  return read;
}

function isUsable(key) {
  if (!key || key.crv !== "Ed25519" || typeof key.kid !== "string") return false;
  try {
    return decoded(key.x, "keys_unreadable").length === 32;
  } catch {
    return false;
  }
}

function keySet(content) {
  const { keys } = objectOf(content, "keys_unreadable");
  const found = new Map((Array.isArray(keys) ? keys : []).filter(isUsable).map((key) => [key.kid, key]));
  if (!found.size) throw new NotSound("keys_unreadable");
  return found;
}

function base64url(content) {
  let text = "";
  for (const byte of content) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decoded(text, code) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new NotSound(code);
  const content = ascii(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
  if (base64url(content) !== text) throw new NotSound(code);
  return content;
}

function signedBy(token) {
  const code = "signature_unreadable", parts = String.fromCharCode(...token).split(".");
  if (parts.length !== 3 || parts[1]) throw new NotSound(code);
  const header = objectOf(decoded(parts[0], code), code);
  if (header.alg !== "EdDSA" || typeof header.kid !== "string" || "crit" in header || "b64" in header) throw new NotSound(code);
  return { kid: header.kid, head: parts[0], signature: decoded(parts[2], code) };
}

async function holds(key, head, manifest, signature) {
  const raw = decoded(key.x, "keys_unreadable"), text = ascii(`${head}.${base64url(manifest)}`);
  const known = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, known, signature, text);
}

async function tellAlteredKeys(manifest, carried) {
  const { files } = objectOf(manifest, "signature"), digest = await sha256(carried);
  for (const file of Array.isArray(files) ? files : []) {
    if (file && file.path === KEYS && file.sha256 !== digest) throw new NotSound("keys_altered");
  }
}

async function keyOf(trusted, carried, kid, manifest) {
  let known = trusted;
  if (!trusted) {
    try {
      known = keySet(carried);
    } catch (refusal) {
      await tellAlteredKeys(manifest, carried);
      throw refusal;
    }
  }
  if (!known.has(kid)) {
    if (!trusted) await tellAlteredKeys(manifest, carried);
    throw new NotSound("key_unknown", kid.slice(0, 60));
  }
  return known.get(kid);
}

async function thumbprint(key) {
  const members = new TextEncoder().encode(JSON.stringify({ crv: key.crv, kty: key.kty, x: key.x }));
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", members)));
}

function checkTime(key, madeAt) {
  const day = `dossier du ${new Date(madeAt).toLocaleDateString("fr-FR", { timeZone: "UTC" })}`, at = madeAt / 1000;
  if (key.revoked) throw new NotSound("key_revoked", day);
  if (typeof key.iat === "number" && at < key.iat) throw new NotSound("key_early", day);
  if (typeof key.exp === "number" && at >= key.exp) throw new NotSound("key_expired", day);
  return key.exp !== undefined;
}

/* --- The whole */

async function contentOf(file, members, name) {
  const member = members.get(name);
  if (!member) throw new NotSound("file_missing", name);
  return bytes(file, member.start, member.start + member.size);
}

function listedIn(manifest) {
  const madeAt = Date.parse(manifest.made_at), files = manifest.files;
  const isListed = (file) => file && typeof file.path === "string" && Number.isInteger(file.size) && typeof file.sha256 === "string";
  if (!Array.isArray(files) || !files.every(isListed) || Number.isNaN(madeAt)) throw new NotSound("manifest_unreadable");
  return { listed: new Map(files.map((file) => [file.path, file])), madeAt };
}

async function checkFiles(file, members, listed) {
  for (const name of listed.keys()) if (!members.has(name)) throw new NotSound("file_missing", name);
  for (const [name, member] of members) {
    const content = await bytes(file, member.start, member.start + member.size), told = listed.get(name);
    if (!told && !FIRST.includes(name)) throw new NotSound("file_added", name);
    if (told && (told.size !== member.size || told.sha256 !== (await sha256(content)))) {
      throw name === KEYS ? new NotSound("keys_altered") : new NotSound("file_altered", name);
    }
    if (crc32(content) !== member.crc) throw new NotSound("container", name);
  }
}

async function check(file, trusted) {
  const members = await membersOf(file);
  const text = await contentOf(file, members, MANIFEST), token = await contentOf(file, members, SIGNATURE);
  const carried = await contentOf(file, members, KEYS);
  const { kid, head, signature } = signedBy(token), key = await keyOf(trusted, carried, kid, text);
  if (!(await holds(key, head, text, signature))) {
    throw new NotSound(trusted || (await thumbprint(key)) === kid ? "signature" : "keys_altered");
  }
  const manifest = objectOf(text, "manifest_unreadable");
  if (manifest.format !== FORMAT || manifest.format_version !== VERSION) throw new NotSound("format_unknown");
  const { listed, madeAt } = listedIn(manifest);
  await checkFiles(file, members, listed);
  return { manifest, kid, isRetired: checkTime(key, madeAt), isTrusted: Boolean(trusted) };
}

/* --- The page */

const fields = { dossier: document.getElementById("dossier"), keys: document.getElementById("keys") };
const result = document.getElementById("result");
let turn = 0;

function show(code, title, ...lines) {
  result.dataset.code = code;
  const head = document.createElement("h2");
  head.textContent = title;
  result.replaceChildren(head, ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
}

function showSound({ manifest, kid, isRetired, isTrusted }) {
  const made = new Date(manifest.made_at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
  const lines = [`Rien n'y a été changé depuis sa signature, le ${made}.`, `Stagiaire ${manifest.trainee} · ${manifest.programme} · ${manifest.framework}`];
  lines.push(`${manifest.files.length} fichiers, ${(manifest.statements ?? []).length} traces. Signé par ${manifest.issuer} (${manifest.site}), clé ${kid}.`);
  if (isRetired) lines.push("Cette clé a été remplacée depuis ; elle signait à cette date.");
  if (!isTrusted) lines.push("La clé est celle que le dossier porte. Pour savoir aussi qui l'a signé, choisissez les clés de l'organisme.");
  show("sound", "Dossier bon", ...lines);
}

async function canCheck() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

async function look() {
  const mine = (turn += 1), file = fields.dossier.files[0], keys = fields.keys.files[0];
  if (!file) return;
  show("waiting", "Un instant…");
  if (!(await canCheck())) {
    show("browser", "Ce navigateur ne sait pas vérifier", "Il ne connaît pas les signatures Ed25519. Prenez une version récente de Firefox, Chrome, Edge ou Safari, ou le programme verify.py.");
    return;
  }
  try {
    const found = await check(file, keys ? keySet(await bytes(keys, 0, keys.size)) : null);
    if (mine === turn) showSound(found);
  } catch (refusal) {
    const code = refusal instanceof NotSound ? refusal.code : "unreadable";
    const about = refusal.about ? ` (${refusal.about})` : "";
    if (mine === turn) show(code, "Dossier refusé", `${SENTENCES[code]}${about}`);
  }
}

for (const field of Object.values(fields)) field.addEventListener("change", look);
