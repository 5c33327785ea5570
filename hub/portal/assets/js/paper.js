// Is this paper ours? The verdict without network, and what the hub says of it today when it can be asked.
import { NotCose, fromDigits, holds, publicKey, read, toHex } from "./cose.js";

const FORMAT = "mot-cua.paper-keys/1";

function base64url(value) {
  const plain = atob(value.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

// What a P-256 key looks like in a certificate (SubjectPublicKeyInfo), up to its point.
const SPKI = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

// SHA-256 of the public key, as `openssl pkey -pubin -outform der | sha256sum` tells it.
export async function fingerprint({ x, y }) {
  const prefix = SPKI.match(/../g).map((each) => parseInt(each, 16));
  const encoded = Uint8Array.from([...prefix, ...base64url(x), ...base64url(y)]);
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoded)));
}

// The signed list of keys: a compact JWS by the key that the page pins. What does not hold is no list.
export async function readKeys(jws, pinned) {
  const [head, body, signature, ...more] = jws.trim().split(".");
  if (!signature || more.length) throw new Error("not a JWS");
  const header = JSON.parse(new TextDecoder().decode(base64url(head)));
  if (header.alg !== "ES256" || (header.crit ?? []).some((name) => name !== "sigT")) throw new Error("another algorithm");
  const signed = new TextEncoder().encode(`${head}.${body}`);
  const key = await publicKey(pinned);
  const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, base64url(signature), signed);
  const list = JSON.parse(new TextDecoder().decode(base64url(body)));
  if (!right || list.format !== FORMAT) throw new Error("the list of keys is not signed by this portal");
  return {
    keys: new Map(list.keys.map((each) => [toHex(base64url(each.kid)), each])),
    signer: list.keys.find((each) => each.x === pinned.x && each.y === pinned.y),
    fingerprint: await fingerprint(pinned),
    expires: new Date(list.expires * 1000),
  };
}

// What was scanned or pasted: the token of the online page and the digits behind "#".
export function parts(said) {
  const [address, digits = ""] = said.trim().split("#");
  const token = address.match(/(?:^|\/xac-minh\/)([A-Za-z0-9_-]{16,64})$/)?.[1] ?? "";
  return { token, digits };
}

// valid | altered | stranger | bare (an address without a code) | unreadable
export async function judge(said, keys) {
  const { token, digits } = parts(said);
  if (!digits) return { verdict: token ? "bare" : "unreadable", token };
  let signed;
  try {
    signed = read(fromDigits(digits));
  } catch (error) {
    if (!(error instanceof NotCose)) throw error;
    return { verdict: /^\d+$/.test(digits) ? "altered" : "unreadable", token };
  }
  const key = keys.get(signed.kid);
  const at = signed.claims.get(7);
  if (!key || !(at >= key.since && at <= key.until)) return { verdict: "stranger", token };
  if (!(await holds(signed, await publicKey(key)))) return { verdict: "altered", token };
  return { verdict: "valid", token, paper: paperOf(signed.claims), key };
}

function paperOf(claims) {
  const day = claims.get(5);
  return {
    code: claims.get(1),
    sha256: toHex(claims.get(2)),
    signer: claims.get(3),
    organisation: claims.get(4),
    signed: day === undefined ? null : new Date(day * 86_400_000),
    number: claims.get(6),
    converted: new Date(claims.get(7) * 1000),
  };
}

// What became of it: issued | superseded | revoked | unknown | mismatch | away
export async function living({ token, paper }) {
  if (!token) return { state: "away" };
  let answer;
  try {
    const signal = AbortSignal.timeout?.(10_000);
    answer = await fetch(`/api/v1/results/verify/${token}`, { credentials: "omit", cache: "no-store", signal });
    if (answer.status === 404) return { state: "unknown" };
    if (!answer.ok) return { state: "away" };
    const told = await answer.json();
    const same = !paper || (told.code === paper.code && told.sha256 === paper.sha256);
    return same ? { state: told.status, told } : { state: "mismatch" };
  } catch {
    return { state: "away" };
  }
}
