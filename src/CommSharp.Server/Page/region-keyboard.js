// Marking a place with the keyboard: a cursor that arrow keys move and resize, on the focused picture.
import { picture } from "./picture-view.js";
import { boxOf, pointOf } from "./region-pointer.js";
import { nameOf } from "./question-parts.js";

const stage = document.getElementById("stage");
const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param preview called with the cursor as a region, or null
 * @param add called with a marked region
 * @param removeLast called on Escape without a cursor; says whether there was one to remove
 * @param say called with what a screen reader should speak
 */
export function listen(preview, add, removeLast, say) {
  let cursor = null; // the middle and the sides, in pixels: { x, y, width, height, isPoint }

  const region = () => cursor.isPoint
    ? { point: pointOf([cursor.x, cursor.y], picture()) }
    : { box: boxOf([cursor.x - cursor.width / 2, cursor.y - cursor.height / 2], [cursor.x + cursor.width / 2, cursor.y + cursor.height / 2], picture()) };
  const begin = () => {
    const { width, height } = picture();
    const side = Math.max(1, Math.min(width, height) / 4);
    cursor = { x: width / 2, y: height / 2, width: side, height: side, isPoint: false };
  };
  const show = () => {
    preview(region());
    say(nameOf(region()));
  };
  const drop = () => {
    cursor = null;
    preview(null);
  };

  stage.addEventListener("keydown", (event) => {
    if (event.target !== stage || picture() === null) {
      return; // an answer's box on the stage has the focus, and its own keys
    }
    const direction = directions[event.key];
    if (direction) {
      event.preventDefault();
      if (cursor === null) {
        begin(); // the first key shows where the cursor is
      } else {
        move(cursor, direction, event);
      }
      show();
    } else if (event.key.toLowerCase() === "p" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (cursor === null) {
        begin();
      }
      cursor.isPoint = !cursor.isPoint;
      show();
    } else if (event.key === "Enter" && cursor !== null) {
      event.preventDefault();
      const marked = region();
      drop();
      add(marked);
    } else if (event.key === "Escape") {
      if (cursor !== null) {
        drop();
        say("Cursor removed");
      } else if (removeLast()) {
        say("Mark removed");
      }
    }
  });
  stage.addEventListener("blur", () => cursor !== null && drop());
}

function move(cursor, [dx, dy], { shiftKey, ctrlKey, altKey }) {
  const { width, height } = picture();
  const step = ctrlKey || altKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 50));
  const within = (value, low, high) => Math.min(high, Math.max(low, value));
  if (shiftKey && !cursor.isPoint) {
    // The left and upper edges stay: the middle moves by half of what the side grows.
    const wider = within(cursor.width + dx * step, 1, width) - cursor.width;
    const higher = within(cursor.height + dy * step, 1, height) - cursor.height;
    cursor.width += wider;
    cursor.height += higher;
    cursor.x += wider / 2;
    cursor.y += higher / 2;
  } else {
    cursor.x += dx * step;
    cursor.y += dy * step;
  }
  const [halfWidth, halfHeight] = cursor.isPoint ? [0, 0] : [cursor.width / 2, cursor.height / 2];
  cursor.x = within(cursor.x, halfWidth, width - halfWidth);
  cursor.y = within(cursor.y, halfHeight, height - halfHeight);
}
