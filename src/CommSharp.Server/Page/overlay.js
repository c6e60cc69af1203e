// Boxes and points over the picture. Places are percentages of the stage, so they are exact at every size without being computed again,
// and strokes keep their width.
import { coordinates } from "./answer-text.js";
import { follow, keyOf, paint } from "./highlight.js";
import { letterOf, nameOf } from "./question-parts.js";

const overlay = document.getElementById("overlay");
const tags = document.getElementById("tags");
const tones = 8;
let drawn = ""; // what is there now
const percent = (value, whole) => `${(value / whole) * 100}%`;

/** How an answer's groups are coloured, in the picture and in the text. */
export const toneOf = (groupIndex) => `tone-${groupIndex % tones}`;

/**
 * Draws anew: the groups of the chosen turn, and the marks (of that turn, of the composer, and the one being drawn).
 * @param picture has the width and height that pixels count in
 * @param answer { turnId, groups } or null
 * @param marks [{ region, index, kind: "asked" | "draft" | "cursor" }]
 * @param choose called with a group that was clicked
 */
export function draw(picture, answer, marks, choose) {
  const wanted = JSON.stringify([picture?.address, answer, marks]);
  if (wanted === drawn) {
    paint();
    return; // elements that are pointed at or pressed must not be exchanged while only words stream in
  }
  drawn = wanted;
  const focused = document.activeElement?.closest?.("#overlay [data-place]")?.dataset.place; // drawing anew must not lose the focus
  overlay.replaceChildren();
  tags.replaceChildren();
  if (picture === null) {
    return;
  }

  const places = (answer?.groups ?? []).flatMap((group) => group.items.map((item, number) => ({ group, item, number })));
  places.sort((a, b) => areaOf(b.item) - areaOf(a.item)); // small ones above large ones, so that each can be pointed at
  for (const { group, item, number } of places) {
    const key = keyOf(answer.turnId, group.index);
    const shape = shapeOf(picture, item.type === "box" ? { box: item.pixels } : { point: item.pixels });
    shape.classList.add("answer-place", toneOf(group.index));
    shape.dataset.place = `${key}.${number}`;
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-label", `${group.phrase || `${item.type} ${group.index + 1}`}: ${item.type} ${coordinates(item)}. Copy its coordinates`);
    shape.addEventListener("click", () => choose(group, key, item));
    shape.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(group, key, item);
      }
    });
    overlay.append(shape);
    follow(shape, key);
    if (number === 0) {
      const tag = tagOf(picture, item.pixels, String(group.index + 1), group.phrase, toneOf(group.index));
      tag.dataset.group = key;
    }
  }

  for (const { region, index, kind } of marks) {
    const shape = shapeOf(picture, region);
    shape.classList.add("asked-place", `is-${kind}`);
    shape.setAttribute("role", "img");
    shape.setAttribute("aria-label", kind === "cursor" ? `Cursor: ${nameOf(region)}` : `Place ${letterOf(index)}: ${nameOf(region)}`);
    overlay.append(shape);
    if (kind !== "cursor") {
      tagOf(picture, region.box ?? region.point, letterOf(index), "", "asked");
    }
  }
  paint();
  if (focused) {
    overlay.querySelector(`[data-place="${focused}"]`)?.focus({ preventScroll: true });
  }
}

/** Two rectangles: a light one below, so that the coloured one is seen on every picture. */
function shapeOf(picture, { box, point }) {
  const group = svg("g", {});
  for (const layer of ["halo", "line"]) {
    group.append(box
      ? svg("rect", {
        class: layer,
        x: percent(box[0], picture.width),
        y: percent(box[1], picture.height),
        width: percent(Math.max(0, box[2] - box[0]), picture.width),
        height: percent(Math.max(0, box[3] - box[1]), picture.height),
      })
      : svg("circle", { class: layer, cx: percent(point[0], picture.width), cy: percent(point[1], picture.height), r: 7 }));
  }
  if (point) {
    group.append(svg("circle", { class: "dot", cx: percent(point[0], picture.width), cy: percent(point[1], picture.height), r: 2 }));
  }
  return group;
}

/** The number or letter at a place's corner: outside of it, or inside at the picture's upper edge. */
function tagOf(picture, pixels, sign, phrase, tone) {
  const tag = document.createElement("div");
  tag.className = `tag ${tone}`;
  const isLeft = pixels[0] < picture.width * 0.6;
  if (isLeft) {
    tag.style.left = percent(pixels[0], picture.width);
  } else {
    tag.style.right = percent(picture.width - (pixels[2] ?? pixels[0]), picture.width);
  }
  tag.style.top = percent(pixels[1], picture.height);
  tag.classList.toggle("is-inside", pixels[1] < picture.height * 0.08);
  tag.classList.toggle("is-point", pixels.length === 2);
  const name = document.createElement("span");
  name.className = "tag-sign";
  name.textContent = sign;
  const words = document.createElement("span");
  words.className = "tag-phrase";
  words.textContent = phrase;
  tag.append(name, ...(phrase ? [words] : []));
  tags.append(tag);
  return tag;
}

const areaOf = (item) => item.type === "box" ? (item.pixels[2] - item.pixels[0]) * (item.pixels[3] - item.pixels[1]) : 0;

function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  return element;
}
