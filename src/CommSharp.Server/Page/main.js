// Brings the parts together: which picture, which turns, which turn's boxes are shown.
import * as api from "./api.js";
import * as composer from "./composer.js";
import * as notice from "./notice.js";
import * as pictureView from "./picture-view.js";
import * as regionKeyboard from "./region-keyboard.js";
import * as regionPointer from "./region-pointer.js";
import * as speech from "./speech.js";
import { coordinates, groups, spoken } from "./answer-text.js";
import { copy } from "./clipboard.js";
import { messagesOf, reset, turnOf } from "./conversation.js";
import { list as listExamples } from "./examples.js";
import { Failure } from "./failure.js";
import { hover, pin } from "./highlight.js";
import { askForKey } from "./key-dialog.js";
import { draw } from "./overlay.js";
import { megabytes, read } from "./picture.js";
import { listen as listenForPictures } from "./picture-source.js";
import { connect, model } from "./server-state.js";
import { TurnView } from "./turn-view.js";

const list = document.getElementById("turns");
const scroll = document.getElementById("turns-scroll");
const showBoxes = document.getElementById("show-boxes");
let picture = null;
let reading = null; // the picture that is being read
let turns = [];
let views = new Map();
let chosen = null; // the turn whose boxes are shown
let cursor = null; // the region that is being drawn
let running = null; // the request that can be stopped
let painting = false;

async function takePicture(file, name, question) {
  const taking = replacePicture(file, name, question);
  reading = taking;
  await taking;
  if (reading === taking) {
    reading = null;
  }
}

async function replacePicture(file, name, question) {
  let next;
  try {
    next = await read(file, name);
  } catch (error) {
    notice.warn(error.message);
    return;
  }
  notice.clear();
  const written = composer.marked().length === 0 ? composer.words() : ""; // one may write before the picture is there; words about marked places have lost them
  startOver();
  picture?.release();
  picture = next;
  pictureView.show(picture, `${picture.name} · ${picture.width} × ${picture.height} pixels · ${megabytes(picture.size)}`);
  composer.reset(question ?? written);
  if (question) {
    ask(question, []);
  } else {
    composer.focus();
  }
}

/** Forgets the turns. */
function startOver() {
  running?.abort();
  running = null;
  composer.setBusy(false);
  turns = [];
  views = new Map();
  chosen = null;
  pin(null);
  hover(null);
  list.replaceChildren();
  composer.reset();
  document.body.classList.remove("has-turns");
  paint();
}

/** A question to a picture that is being read waits for it; places were marked in the one before. */
async function askOnceRead(question, regions) {
  if (reading === null) {
    ask(question, regions);
  } else {
    await reading;
    ask(question, []);
  }
}

function ask(question, regions) {
  if (running) {
    notice.say("Wait for the answer, or stop it.");
  } else if (picture === null) {
    notice.warn("Give a picture first: drop one, paste one, or choose an example.");
  } else if (question === "" && regions.length === 0) {
    notice.say("Write a question first.");
    composer.focus();
  } else {
    const turn = turnOf(question === "" ? "What is this?" : question, regions);
    turns.push(turn);
    const view = new TurnView(turn, turns.length, { choose: chooseGroup, look, retry });
    views.set(turn, view);
    list.append(view.element);
    document.body.classList.add("has-turns");
    composer.reset();
    answer(turn);
  }
}

function retry(turn) {
  if (running === null && turn === turns.at(-1)) {
    reset(turn);
    composer.focus(); // the pressed button goes away
    answer(turn);
  }
}

async function answer(turn) {
  const controller = new AbortController();
  running = controller;
  composer.setBusy(true);
  pin(null);
  look(turn);
  speech.begin();
  views.get(turn).element.scrollIntoView({ block: "end" });
  try {
    const request = { model: model() || undefined, messages: messagesOf(turns, await picture.dataUrl()), ...composer.settings() };
    for await (const piece of api.ask(request, controller.signal)) {
      turn.state = "streaming";
      turn.text += piece.text ?? "";
      turn.annotations.push(...(piece.annotations ?? []));
      turn.finish = piece.finish ?? turn.finish;
      turn.usage = piece.usage ?? turn.usage;
      speech.hear(spoken(turn.text, turn.annotations, true), false);
      paint();
    }
    turn.state = "done";
  } catch (error) {
    turn.state = controller.signal.aborted ? "stopped" : "failed";
    turn.failure = controller.signal.aborted ? null : error instanceof Failure ? error : new Failure("page", error.message);
  }
  if (running === controller) { // else a new conversation has begun
    paintNow();
    running = null;
    composer.setBusy(false);
    speech.hear(spoken(turn.text, turn.annotations, false), true);
    if (turn.failure?.kind === "key" && await askForKey()) {
      connect();
      retry(turn);
    }
  }
}

/** Shows a turn's boxes. */
function look(turn) {
  if (chosen !== turn) {
    chosen = turn;
    paintNow();
  }
}

/** A phrase or a box was clicked: it stays lit, and its coordinates are copied (of a phrase with several boxes, all of them). */
async function chooseGroup(group, key, item) {
  pin(key);
  const text = item ? coordinates(item) : group.items.map(coordinates).join("\n");
  notice.say(await copy(text) ? `Copied ${text.replaceAll("\n", "; ")}` : `Could not copy. The pixels are ${text.replaceAll("\n", "; ")}`);
}

/** Many tokens may come between two frames; they are shown together. */
function paint() {
  if (!painting) {
    painting = true;
    requestAnimationFrame(() => { painting = false; paintNow(); });
  }
}

function paintNow() {
  // On a narrow screen the whole page scrolls, on a wide one the list.
  const scroller = getComputedStyle(scroll).overflowY === "visible" ? document.scrollingElement : scroll;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  for (const [turn, view] of views) {
    view.update(turn === chosen, turn === turns.at(-1));
  }
  paintOverlay();
  if (atEnd && running) {
    scroller.scrollTop = scroller.scrollHeight; // who scrolled up to read is left there
  }
}

function paintOverlay() {
  const isOn = showBoxes.getAttribute("aria-pressed") === "true";
  const drafts = composer.marked();
  // While a new question is being marked, the old one's marks would carry the same letters.
  const asked = drafts.length === 0 ? chosen?.regions ?? [] : [];
  draw(picture, isOn && chosen ? { turnId: chosen.id, groups: groups(chosen.annotations) } : null, [
    ...asked.map((region, index) => ({ region, index, kind: "asked" })),
    ...drafts.map((region, index) => ({ region, index, kind: "draft" })),
    ...(cursor ? [{ region: cursor, index: drafts.length, kind: "cursor" }] : []),
  ], chooseGroup);
}

function preview(region) {
  cursor = region;
  paintOverlay();
}

function addRegion(region) {
  if (!composer.add(region)) {
    notice.say("Eight places are the most for one question.");
    return;
  }
  speech.tell("Place marked.");
}

showBoxes.addEventListener("click", () => {
  showBoxes.setAttribute("aria-pressed", String(showBoxes.getAttribute("aria-pressed") !== "true"));
  paintOverlay();
});
document.getElementById("show-coordinates").addEventListener("change", (event) => document.body.classList.toggle("with-coordinates", event.target.checked));
document.getElementById("new-conversation").addEventListener("click", () => { startOver(); composer.focus(); });

composer.listen({ ask: askOnceRead, stop: () => running?.abort(), regionsChanged: paintOverlay });
regionPointer.listen(preview, addRegion);
regionKeyboard.listen(preview, addRegion, () => composer.remove(composer.marked().length - 1), speech.tell);
listenForPictures((file) => takePicture(file), notice.warn);
listExamples(takePicture, notice.warn);
addEventListener("pagehide", () => { running?.abort(); });
connect();
