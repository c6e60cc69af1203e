// A phrase and its boxes light up together. Whoever shows a group gives its element the attribute data-group; this module knows no more of them.

let pinned = null;
let hovered = null;

export const keyOf = (turnId, groupIndex) => `${turnId}.${groupIndex}`;

/** Under the pointer or focused: lit until it ends. */
export function hover(key) {
  hovered = key;
  paint();
}

/** Clicked: lit until something else is. */
export function pin(key) {
  pinned = key;
  paint();
}

/** To be called when elements came or went, and then to give them their state. */
export function paint() {
  const lit = hovered ?? pinned;
  for (const element of document.querySelectorAll("[data-group]")) {
    element.classList.toggle("is-lit", element.dataset.group === lit);
  }
  document.getElementById("stage").classList.toggle("has-lit", lit !== null && document.querySelector(`#overlay [data-group="${lit}"]`) !== null);
}

/** Makes an element light its group when it is pointed at or focused. */
export function follow(element, key, before) {
  element.dataset.group = key;
  const enter = () => { before?.(); hover(key); };
  element.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && enter());
  element.addEventListener("pointerleave", () => hovered === key && hover(null));
  element.addEventListener("focus", enter);
  element.addEventListener("blur", () => hovered === key && hover(null));
}
