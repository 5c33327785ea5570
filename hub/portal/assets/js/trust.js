// The key of the portal that this browser saw first. Whoever later shows another one must be compared by a person.
const NAME = "mot-cua.paper-key";

// { fingerprint, since } or null; also null where the browser keeps nothing.
export function knownKey() {
  try {
    const known = JSON.parse(localStorage.getItem(NAME));
    return typeof known?.fingerprint === "string" ? known : null;
  } catch {
    return null;
  }
}

export function acceptKey(fingerprint) {
  try {
    localStorage.setItem(NAME, JSON.stringify({ fingerprint, since: new Date().toISOString() }));
  } catch {
    // A browser that keeps nothing asks nobody either.
  }
}
