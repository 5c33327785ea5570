// The page that checks paper copies. Every word stands in the page's own templates; this fills them.
import { judge, living, readKeys } from "./paper.js";
import { acceptKey, knownKey } from "./trust.js";
import { fromCamera, fromPicture } from "./scanning.js";

const root = document.querySelector("[data-checker]");
const answer = root.querySelector("[data-answer]");
const english = document.documentElement.lang === "en";
const zone = { timeZone: "Asia/Ho_Chi_Minh" };
const day = new Intl.DateTimeFormat("vi-VN", { ...zone, day: "2-digit", month: "2-digit", year: "numeric" });
const minute = new Intl.DateTimeFormat("vi-VN", { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const moment = (at) => `${minute.format(at)}, ${day.format(at)}`;

let list = null;
let looking = null;

async function loadKeys() {
  try {
    const said = await fetch(root.dataset.keys, { credentials: "omit" });
    list = await readKeys(await said.text(), JSON.parse(root.dataset.pinned));
    if (!knownKey()) acceptKey(list.fingerprint);
    root.querySelector("[data-key]").replaceChildren(filled("key", keyFacts()));
  } catch {
    list = null;
  }
  root.dataset.ready = list ? "yes" : "no";
}

const groups = (hex) => hex.match(/.{1,4}/g).join(" ");
const keyFacts = () => ({
  holder: list.signer?.holder,
  organisation: list.signer?.organisation,
  fingerprint: groups(list.fingerprint),
  until: day.format(list.expires),
});

// The key is another than the one that this page saw first: nothing is checked until somebody has compared it.
function askAboutKey(known, text) {
  const values = { was: groups(known.fingerprint), since: day.format(new Date(known.since)), now: groups(list.fingerprint) };
  answer.replaceChildren(filled("keys-changed", values));
  answer.dataset.verdict = "keys-changed";
  answer.querySelector("[data-accept]").addEventListener("click", () => {
    acceptKey(list.fingerprint);
    check(text);
  });
  answer.focus();
}

function filled(name, values = {}) {
  const made = root.querySelector(`template[data-name="${name}"]`).content.cloneNode(true);
  for (const slot of made.querySelectorAll("[data-slot]")) slot.textContent = values[slot.dataset.slot] ?? "";
  for (const row of made.querySelectorAll("[data-if]")) if (!values[row.dataset.if]) row.remove();
  return made;
}

function factsOf({ paper, token }) {
  return {
    ...paper,
    signed: paper.signed ? day.format(paper.signed) : "",
    converted: moment(paper.converted),
    online: token,
  };
}

// The hub's word of today stands above what the code alone says.
function show(found, now) {
  const told = now?.told;
  const values = {
    when: told?.ended_at ? moment(new Date(told.ended_at)) : "",
    why: told?.ended_because ?? "",
    by: told?.replaced_by ?? "",
    unit: told?.converted_by ?? "",
  };
  const name = found.verdict === "valid" || found.verdict === "bare" ? verdictOf(found, now) : found.verdict;
  answer.replaceChildren(filled(name, values));
  if (list.expires < new Date()) answer.append(filled("keys-old", { when: day.format(list.expires) }));
  if (found.paper) answer.append(filled("facts", { ...factsOf(found), unit: values.unit }));
  const link = answer.querySelector("[data-online]");
  if (link) link.href = `/xac-minh/${found.token}`;
  answer.dataset.verdict = name;
}

function verdictOf(found, now) {
  if (!now) return found.verdict === "valid" ? "valid-asking" : "bare-asking";
  if (now.state === "away") return found.verdict === "valid" ? "valid-offline" : "bare-offline";
  if (now.state === "issued") return found.verdict === "valid" ? "valid-online" : "bare-online";
  return now.state;
}

async function check(said) {
  const text = said.trim();
  if (!text) return;
  if (!list) await loadKeys();
  if (!list) {
    answer.replaceChildren(filled("no-keys"));
    answer.dataset.verdict = "no-keys";
    return;
  }
  const known = knownKey();
  if (known && known.fingerprint !== list.fingerprint) return askAboutKey(known, text);
  const found = await judge(text, list.keys);
  show(found);
  answer.focus();
  if (found.verdict === "valid" || found.verdict === "bare") show(found, await living(found));
}

root.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(event.target.elements.ma.value);
});

root.querySelector("[data-photo]").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  answer.replaceChildren(filled("looking"));
  const found = await fromPicture(file).catch(() => null);
  event.target.value = "";
  if (found) await check(found);
  else {
    answer.replaceChildren(filled("no-code"));
    answer.dataset.verdict = "no-code";
  }
});

const camera = root.querySelector("[data-camera]");
const video = root.querySelector("video");
const REFUSALS = { NotAllowedError: "camera-denied", SecurityError: "camera-denied", NotReadableError: "camera-busy" };
function closeCamera() {
  looking?.abort();
  looking = null;
  camera.querySelector("[data-open]").hidden = false;
  camera.querySelector("[data-view]").hidden = true;
}
function refused(name) {
  closeCamera();
  answer.replaceChildren(filled(name));
  answer.dataset.verdict = name;
  answer.focus();
}
camera.querySelector("[data-open]").addEventListener("click", async () => {
  camera.querySelector("[data-view]").hidden = false;
  camera.querySelector("[data-open]").hidden = true;
  looking = new AbortController();
  const { signal } = looking;
  const found = await fromCamera(video, signal).catch((error) => {
    if (!signal.aborted) refused(REFUSALS[error.name] ?? "no-camera");
    return null;
  });
  if (!found || signal.aborted) return;
  closeCamera();
  await check(found);
});
camera.querySelector("[data-close]").addEventListener("click", closeCamera);
addEventListener("pagehide", closeCamera);

root.querySelector("[data-no-scripts]").hidden = true;
for (const part of root.querySelectorAll("[data-scripts]")) part.hidden = false;
if (!navigator.mediaDevices?.getUserMedia) camera.hidden = true;

// Keep this page for when there is no network: as a stranger sees it, in the language in which it was opened.
async function keep() {
  const { worker } = root.dataset;
  if (!worker || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: "/kiem-tra" });
    const { active } = await navigator.serviceWorker.ready;
    const page = await fetch(`/kiem-tra?ngon-ngu=${english ? "en" : "vi"}`, { credentials: "omit" });
    if (page.ok && active) await (await caches.open(root.dataset.cache)).put("/kiem-tra", page);
    root.dataset.kept = "yes";
    root.querySelector("[data-kept]").hidden = false;
  } catch {
    root.dataset.kept = "no";
  }
}

loadKeys().then(() => {
  const token = new URLSearchParams(location.search).get("ma") ?? "";
  if (token || location.hash.length > 1) check(`${token}${location.hash}`);
});
if (navigator.onLine) keep();
