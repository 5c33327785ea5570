// The signed code of a paper copy: decimal digits → COSE_Sign1 → claims. The twin of signing/cbor.py and signing/cose.py:
// deterministic CBOR only, so that nothing can be written in two ways.

export class NotCose extends Error {}

const DEPTH = 4;
const MAX_ITEMS = 64;
const MAX = 2048;
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function fromDigits(digits) {
  if (!/^[1-9][0-9]{0,3999}$/.test(digits)) throw new NotCose("not a number");
  const hex = BigInt(digits).toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Uint8Array.from(even.match(/../g), (pair) => parseInt(pair, 16));
}

export function toHex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  whole() {
    const value = this.item(DEPTH);
    if (this.at !== this.bytes.length) throw new NotCose("bytes after the end");
    return value;
  }

  take(length) {
    if (this.at + length > this.bytes.length) throw new NotCose("cut off");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  head() {
    const [first] = this.take(1);
    const low = first & 31;
    if (low < 24) return [first >> 5, low];
    if (low > 27) throw new NotCose("indefinite or reserved length");
    const size = 1 << (low - 24);
    const number = this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < (size === 1 ? 24 : 2 ** (4 * size))) throw new NotCose("a number longer than it must be");
    if (number > Number.MAX_SAFE_INTEGER - 1) throw new NotCose("a number that cannot be held");
    return [first >> 5, number];
  }

  item(depth) {
    if (depth === 0) throw new NotCose("too deep");
    const [major, number] = this.head();
    switch (major) {
      case 0:
        return number;
      case 1:
        return -1 - number;
      case 2:
        return this.take(number);
      case 3:
        return this.words(number);
      case 4:
        return this.array(number, depth - 1);
      case 5:
        return this.map(number, depth - 1);
      case 6:
        return new Tagged(number, this.item(depth));
      default:
        throw new NotCose("a kind that is not read here");
    }
  }

  words(length) {
    const raw = this.take(length);
    try {
      return text.decode(raw);
    } catch {
      throw new NotCose("not UTF-8");
    }
  }

  array(count, depth) {
    if (count > MAX_ITEMS) throw new NotCose("too many items");
    const values = [];
    while (values.length < count) values.push(this.item(depth));
    return values;
  }

  map(count, depth) {
    if (count > MAX_ITEMS) throw new NotCose("too many items");
    const values = new Map();
    let before = "";
    for (let n = 0; n < count; n += 1) {
      const start = this.at;
      const key = this.item(depth);
      if (typeof key !== "number" && typeof key !== "string") throw new NotCose("a key that is neither number nor text");
      const raw = toHex(this.bytes.subarray(start, this.at));
      if (raw <= before) throw new NotCose("keys out of order or twice");
      before = raw;
      values.set(key, this.item(depth));
    }
    return values;
  }
}

export function read(bytes) {
  if (bytes.length > MAX) throw new NotCose("too long");
  const tagged = new Reader(bytes).whole();
  if (!(tagged instanceof Tagged) || tagged.tag !== 18 || !Array.isArray(tagged.value) || tagged.value.length !== 4) {
    throw new NotCose("not a COSE_Sign1");
  }
  const [shield, unprotected, payload, signature] = tagged.value;
  const bytesOnly = [shield, payload, signature].every((part) => part instanceof Uint8Array);
  if (!bytesOnly || !(unprotected instanceof Map) || unprotected.size || signature.length !== 64) {
    throw new NotCose("unprotected headers, or a signature of another size");
  }
  const header = new Reader(shield).whole();
  if (!(header instanceof Map) || header.size !== 2 || header.get(1) !== -7) throw new NotCose("another algorithm");
  const kid = header.get(4);
  if (!(kid instanceof Uint8Array) || kid.length !== 8) throw new NotCose("a key name of another size");
  const claims = new Reader(payload).whole();
  if (!(claims instanceof Map) || ![...claims.keys()].every((name) => typeof name === "number")) {
    throw new NotCose("no claims");
  }
  return { kid: toHex(kid), claims, shield, payload, signature };
}

// The Sig_structure of RFC 9052: ["Signature1", protected, h'', payload].
function toBeSigned({ shield, payload }) {
  const string = (bytes) => [...head(bytes.length), ...bytes];
  const head = (size) => (size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255]);
  const context = new TextEncoder().encode("Signature1");
  return Uint8Array.from([0x84, 0x60 | context.length, ...context, ...string(shield), 0x40, ...string(payload)]);
}

export async function publicKey({ x, y }) {
  const jwk = { kty: "EC", crv: "P-256", x, y };
  return crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
}

export async function holds(signed, key) {
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signed.signature, toBeSigned(signed));
}
