// Records a voice or a film into a file field: <div data-recorder="audio|video"><input type="file"></div>. Without it the field takes a file.
// The microphone, and the camera of a film, are asked for on a tap only; a film is seen while it is made. What was recorded is the field's file, as if it had been chosen: its form sends it.
// data-recorder-seconds="300": stops by itself then. data-recorder-keep="words": the field changes only when that button is tapped.
const KINDS = {
  audio: [["audio/webm;codecs=opus", "weba"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]],
  video: [["video/mp4", "mp4"], ["video/webm;codecs=vp8,opus", "webm"], ["video/webm", "webm"]],
};

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function made(name, className, words = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = words;
  return element;
}

export function start(box) {
  const input = box.querySelector("input[type=file]");
  const kind = box.dataset.recorder === "video" ? "video" : "audio";
  const found = window.MediaRecorder && navigator.mediaDevices?.getUserMedia && KINDS[kind].find(([type]) => MediaRecorder.isTypeSupported(type));
  if (!input || !found) return;
  const [type, extension] = found;
  const most = Number(box.dataset.recorderSeconds || 300);
  const button = (words, act) => {
    const one = made("button", "btn", words);
    one.type = "button";
    one.addEventListener("click", act);
    return one;
  };
  const begin = button(kind === "video" ? "Filmer" : "Enregistrer la voix", record);
  const stop = button("Arrêter", () => recorder?.stop());
  const redo = button("Refaire", record);
  const keep = button(box.dataset.recorderKeep ?? "", () => { keep.hidden = true; input.dispatchEvent(new Event("change", { bubbles: true })); });
  const words = made("p", "soft");
  words.setAttribute("role", "status");
  const time = made("span", "num");
  time.setAttribute("aria-hidden", "true");
  const player = made(kind, "");
  player.controls = true;
  player.playsInline = true;
  player.setAttribute("aria-label", "Ce qui vient d’être enregistré");
  const row = made("div", "row");
  row.append(begin, stop, time, redo, keep);
  box.append(row, words, player);
  let recorder = null, address = null;

  function show(state) {
    begin.hidden = state !== "ready";
    stop.hidden = time.hidden = state !== "recording";
    redo.hidden = player.hidden = state !== "done";
    keep.hidden = state !== "done" || !box.dataset.recorderKeep;
  }

  async function record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(kind === "video" ? { audio: true, video: { facingMode: "environment" } } : { audio: true });
    } catch {
      words.textContent = `${kind === "video" ? "La caméra ou le micro sont fermés" : "Le micro est fermé"}. On peut aussi choisir un fichier.`;
      return;
    }
    const pieces = [], began = Date.now();
    input.value = "";
    recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 1_200_000 });  // 5 minutes: 50 MB
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) pieces.push(event.data); });
    recorder.addEventListener("stop", () => {
      clearInterval(ticking);
      stream.getTracks().forEach((track) => track.stop());
      recorder = null;
      done(new Blob(pieces, { type: type.split(";")[0] }));
    });
    const tick = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      time.textContent = clock(seconds);
      if (seconds >= most) recorder?.stop();
    };
    const ticking = setInterval(tick, 250);
    tick();
    recorder.start(1000);
    words.textContent = "Ça enregistre.";
    show("recording");
    if (kind === "video") watch(stream);
    stop.focus();
  }

  function watch(stream) {
    player.muted = true;  // no echo
    player.hidden = player.controls = false;
    player.srcObject = stream;
    player.play().catch(() => { /* seen or not, it is recorded */ });
  }

  function done(blob) {
    const at = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    const chosen = new DataTransfer();
    chosen.items.add(new File([blob], `enregistrement-${at}.${extension}`, { type: blob.type }));
    input.files = chosen.files;
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(blob);
    player.srcObject = null;
    player.muted = false;
    player.controls = true;
    player.src = address;
    words.textContent = `C’est enregistré. On peut ${kind === "video" ? "regarder" : "écouter"}, ou refaire.`;
    show("done");
    (box.dataset.recorderKeep ? keep : redo).focus();
    if (!box.dataset.recorderKeep) input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("change", () => { if (!input.files.length) { show("ready"); words.textContent = ""; } });
  window.addEventListener("pagehide", () => recorder?.stop());
  show("ready");
}
