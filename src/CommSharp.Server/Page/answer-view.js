// One answer as elements. Whatever the model says goes in as text, never as markup.
import { coordinates, groups, pieces } from "./answer-text.js";
import { follow, keyOf } from "./highlight.js";
import { toneOf } from "./overlay.js";

/** Shows an answer that grows. Pieces that did not change keep their elements, so that a focused phrase stays focused while the rest streams in. */
export class AnswerView {
  #turn;
  #shown = [];
  #choose;
  #look;

  /** @param choose called with a group that was clicked; @param look called before a phrase lights up */
  constructor(turn, choose, look) {
    this.#turn = turn;
    this.#choose = choose;
    this.#look = look;
    this.text = document.createElement("p");
    this.text.className = "answer-text";
    this.list = document.createElement("ul");
    this.list.className = "coordinates";
  }

  update() {
    const { text, annotations, state } = this.#turn;
    const found = groups(annotations);
    const next = pieces(text, annotations, state === "streaming");
    let same = 0;
    while (same < next.length && same < this.#shown.length && this.#shown[same].is === JSON.stringify([next[same], found[next[same].group]])) {
      same++;
    }
    for (const { element } of this.#shown.splice(same)) {
      element.remove();
    }
    for (const piece of next.slice(same)) {
      const element = this.#elementOf(piece, found[piece.group]);
      this.text.append(element);
      this.#shown.push({ is: JSON.stringify([piece, found[piece.group]]), element });
    }
    this.text.classList.toggle("is-streaming", state === "waiting" || state === "streaming");
    this.list.replaceChildren(...found.flatMap((group) => group.items.map((item) => this.#lineOf(group, item))));
  }

  #elementOf(piece, group) {
    if (piece.kind === "phrase") {
      return this.#chipOf(piece, group);
    }
    const element = document.createElement("span");
    element.className = piece.kind;
    element.textContent = piece.kind === "pending" ? " …" : piece.text;
    element.title = piece.message ?? "";
    return element;
  }

  #chipOf(piece, group) {
    const chip = document.createElement("button");
    const sign = document.createElement("span");
    const words = document.createElement("span");
    const type = group.items[0].type;
    chip.type = "button";
    chip.className = `chip ${toneOf(group.index)}`;
    sign.className = "chip-sign";
    sign.textContent = String(group.index + 1);
    sign.setAttribute("aria-hidden", "true");
    words.textContent = piece.text || (group.items.length > 1 ? `${group.items.length} ${type}es`.replace("pointes", "points") : `the ${type}`);
    const places = group.items.map(coordinates).join("; ");
    chip.setAttribute("aria-label", `${group.index + 1} ${words.textContent}, ${type} ${places}. Copy the coordinates`);
    chip.title = `${places} — click to copy`;
    chip.append(sign, words);
    chip.addEventListener("click", () => this.#choose(group, keyOf(this.#turn.id, group.index), null));
    follow(chip, keyOf(this.#turn.id, group.index), this.#look);
    return chip;
  }

  #lineOf(group, item) {
    const line = document.createElement("li");
    const sure = Number.isFinite(item.confidence) ? ` (confidence ${item.confidence.toFixed(2)})` : "";
    line.textContent = `${group.index + 1} ${group.phrase || item.type}: ${coordinates(item)}${sure}`;
    return line;
  }
}
