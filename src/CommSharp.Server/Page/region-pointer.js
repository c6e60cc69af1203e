// Marking a place with the mouse, a pen or a finger: drag for a box, click for a point.
import { picture, pixelsAt } from "./picture-view.js";

const stage = document.getElementById("stage");
const markButton = document.getElementById("mark");
const slack = 5; // CSS pixels that a click may slip

/**
 * Without "Mark a place", a finger scrolls and an answer's box takes its click; with it, everything on the picture marks, until one place is marked.
 * @param preview called with the region being drawn, or null
 * @param add called with a finished region
 */
export function listen(preview, add) {
  let start = null;
  let hasMarked = false; // by the last touch, click or drag

  const setMarking = (on) => {
    stage.classList.toggle("is-marking", on);
    markButton.setAttribute("aria-pressed", String(on));
  };
  markButton.addEventListener("click", () => setMarking(!stage.classList.contains("is-marking")));

  const end = () => {
    if (start?.moved) {
      preview(null);
    }
    start = null;
    stage.classList.remove("is-drawing");
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || picture() === null) {
      return;
    }
    hasMarked = false;
    start = { x: event.clientX, y: event.clientY, at: pixelsAt(event.clientX, event.clientY), moved: false, onBox: event.target.closest(".answer-place") !== null };
  });

  stage.addEventListener("pointermove", (event) => {
    const canDraw = event.pointerType !== "touch" || stage.classList.contains("is-marking");
    if (start === null || !event.isPrimary || !canDraw) {
      return;
    }
    if (!start.moved && Math.hypot(event.clientX - start.x, event.clientY - start.y) > slack) {
      start.moved = true;
      stage.setPointerCapture(event.pointerId); // only now: a captured pointer would take the click away from a box
      stage.classList.add("is-drawing");
    }
    if (start.moved) {
      preview({ box: boxOf(start.at, pixelsAt(event.clientX, event.clientY), picture()) });
    }
  });

  stage.addEventListener("pointerup", (event) => {
    if (start === null || !event.isPrimary) {
      return;
    }
    const { at, moved, onBox } = start;
    const slipped = Math.hypot(event.clientX - start.x, event.clientY - start.y) > slack;
    end();
    if (moved) {
      add({ box: boxOf(at, pixelsAt(event.clientX, event.clientY), picture()) });
    } else if (!slipped && (!onBox || stage.classList.contains("is-marking"))) {
      add({ point: pointOf(at, picture()) });
    } else {
      return;
    }
    setMarking(false);
    hasMarked = true;
  });

  // A finger's click would come after the pointer has left, when an answer's box takes clicks again: what marked a place is no click.
  stage.addEventListener("touchend", (event) => {
    if (hasMarked && event.cancelable) {
      event.preventDefault();
    }
  });

  stage.addEventListener("pointercancel", end); // the browser took the gesture, to scroll
  stage.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      end();
      setMarking(false);
    }
  });
}

/** Whole pixels, ordered, at least one pixel wide and high, within the picture. */
export function boxOf([ax, ay], [bx, by], { width, height }) {
  const left = Math.min(width - 1, Math.round(Math.min(ax, bx)));
  const top = Math.min(height - 1, Math.round(Math.min(ay, by)));
  return [left, top, Math.min(width, Math.max(left + 1, Math.round(Math.max(ax, bx)))), Math.min(height, Math.max(top + 1, Math.round(Math.max(ay, by))))];
}

export const pointOf = ([x, y], { width, height }) => [Math.min(width - 1, Math.floor(x)), Math.min(height - 1, Math.floor(y))];
