// Reading a QR code from a picture or from the camera: the browser's own reader where there is one, else jsQR.
import jsQR from "jsqr";

const SIDE = [1600, 2400, 1000];
// A paper has a large code at the top right and small ones at the foot: the large one alone carries the signed code.
const REGIONS = [
  [0, 0, 1, 1],
  [0.45, 0, 0.55, 0.4],
  [0, 0, 1, 0.5],
  [0, 0.5, 1, 0.5],
];

async function own() {
  try {
    const kinds = (await window.BarcodeDetector?.getSupportedFormats()) ?? [];
    return kinds.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

const better = (first, second) => (first?.includes("#") ? first : second?.includes("#") ? second : first ?? second ?? null);

function drawn(source, width, height, [x, y, w, h], side) {
  const scale = Math.min(1, side / Math.max(width * w, height * h));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * w * scale));
  canvas.height = Math.max(1, Math.round(height * h * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, width * x, height * y, width * w, height * h, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

const pause = (milliseconds = 0) => new Promise((resume) => setTimeout(resume, milliseconds));

// The text of the best code on a picture, or null.
export async function fromPicture(file) {
  const picture = await createImageBitmap(file);
  const detector = await own();
  let found = null;
  if (detector) for (const each of await detector.detect(picture)) found = better(found, each.rawValue);
  for (const side of SIDE) {
    for (const region of REGIONS) {
      if (found?.includes("#")) return found;
      const { data, width, height } = drawn(picture, picture.width, picture.height, region, side);
      found = better(found, jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data);
      await pause();
    }
  }
  return found;
}

// The text of the first code that the camera sees. Ends with an AbortError when `signal` says so, even while the person
// is still being asked: a camera that was closed again must not stay on.
export async function fromCamera(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  try {
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    const detector = await own();
    for (;;) {
      signal.throwIfAborted();
      const found = video.videoWidth ? await seen(video, detector) : null;
      if (found) return found;
      await pause(120);
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function seen(video, detector) {
  if (detector) {
    let found = null;
    for (const each of await detector.detect(video)) found = better(found, each.rawValue);
    return found;
  }
  const { data, width, height } = drawn(video, video.videoWidth, video.videoHeight, [0, 0, 1, 1], 1200);
  return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;
}
