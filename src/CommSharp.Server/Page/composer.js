// The question being written: its words, the places marked for it, and how the answer is to be generated.
import { letterOf, nameOf } from "./question-parts.js";

const form = document.getElementById("composer");
const field = document.getElementById("question");
const list = document.getElementById("regions");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const mostRegions = 8; // more letters than anybody can keep apart
let regions = [];
let changed = () => {};

/** @param on { ask(question, regions), stop(), regionsChanged() } */
export function listen(on) {
  changed = on.regionsChanged;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    on.ask(field.value.trim(), regions);
  });
  stop.addEventListener("click", on.stop);
  field.addEventListener("keydown", (event) => {
    // Enter that ends an input method's word is no question yet.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  field.addEventListener("input", fit);
}

export const marked = () => regions;

export const words = () => field.value;

/** Adds a place; says whether there was room. */
export function add(region) {
  if (regions.length === mostRegions) {
    return false;
  }
  regions = [...regions, region];
  show();
  return true;
}

export function remove(index) {
  if (index < 0 || index >= regions.length) {
    return false;
  }
  regions = regions.toSpliced(index, 1);
  show();
  return true;
}

/** Empties the question, or begins one. */
export function reset(question = "") {
  field.value = question;
  regions = [];
  show();
  fit();
}

/** Goes on to the question; not with a finger, where a keyboard would come up and cover the picture. */
export function focus() {
  if (matchMedia("(pointer: fine)").matches) {
    field.focus();
  }
}

export function setBusy(busy) {
  // The button that was pressed may hide; the field is where one goes on.
  if (document.activeElement === (busy ? send : stop)) {
    focus();
  }
  send.hidden = busy;
  stop.hidden = !busy;
}

/** What the fields say; what they do not say well is left to the server. */
export function settings() {
  const number = (id) => {
    const input = document.getElementById(id);
    return input.value !== "" && input.checkValidity() ? input.valueAsNumber : undefined;
  };
  return { max_tokens: number("max-tokens"), temperature: number("temperature"), seed: number("seed"), boxes: document.getElementById("boxes").value };
}

function show() {
  list.replaceChildren(...regions.map((region, index) => {
    const item = document.createElement("li");
    const letter = letterOf(index);
    const insert = document.createElement("button");
    const sign = document.createElement("span");
    insert.type = "button";
    insert.className = "region";
    insert.title = `Name it in the question as [${letter}]`;
    insert.setAttribute("aria-label", `${letter} ${nameOf(region)}. Put [${letter}] into the question`);
    sign.className = "place";
    sign.textContent = letter;
    insert.append(sign, nameOf(region));
    insert.addEventListener("click", () => {
      field.setRangeText(`[${letter}]`, field.selectionStart, field.selectionEnd, "end");
      field.focus();
    });
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "region-remove";
    drop.setAttribute("aria-label", `Remove place ${letter}`);
    drop.textContent = "×";
    drop.addEventListener("click", () => {
      remove(index);
      (list.querySelectorAll(".region-remove")[Math.min(index, regions.length - 1)] ?? field).focus();
    });
    item.append(insert, drop);
    return item;
  }));
  changed();
}

/** As high as its words, up to a third of the window. */
function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, innerHeight / 3)}px`;
}
