// A question as the API's parts: words, and the places that were marked. No DOM here.

export const letterOf = (index) => String.fromCharCode(65 + index);

/**
 * Splits a question at "[A]", "[B]", ... where such places exist; places that the words do not name follow behind them, as in
 * "What is this?" with a box. Gives strings and indices of regions.
 */
export function split(text, count) {
  const named = new Set();
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(/\[([A-Z])\]/g)) {
    const index = match[1].charCodeAt(0) - 65;
    if (index < count) {
      named.add(index);
      parts.push(text.slice(from, match.index), index);
      from = match.index + match[0].length;
    }
  }
  parts.push(text.slice(from));
  for (let index = 0; index < count; index++) {
    if (!named.has(index)) {
      parts.push(index);
    }
  }
  return parts.filter((part) => part !== "");
}

/** The parts of one question in the API's words. Places are in pixels of the original picture. */
export const contentOf = (text, regions) => split(text, regions.length).map((part) =>
  typeof part === "string"
    ? { type: "text", text: part }
    : { type: "region", ...(regions[part].box ? { box: regions[part].box } : { point: regions[part].point }), image_index: 0 });

/** "box 12, 34, 56, 78" or "point 12, 34". */
export const nameOf = (region) => region.box ? `box ${region.box.join(", ")}` : `point ${region.point.join(", ")}`;
