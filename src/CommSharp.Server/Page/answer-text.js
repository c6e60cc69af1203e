// An answer as pieces to show: plain words, phrases that have boxes, and the box notation that stands behind them. No DOM here.

// "[0.1,0.2,0.3,0.4;...]" in Shikra's notation, "<box>(1,2),(3,4)</box>" in Qwen-VL's.
const notation = /^\s*(?:\[[\d.,;\s]*\]|(?:<box>[^<]*<\/box>)+)/;
// While an answer comes, its end may be a notation that is not complete, or that is complete and not yet explained.
const unfinished = /\s*(?:\[[\d.,;\s]*\]?|<(?:b(?:o(?:x(?:>[^<]*(?:<[/box]*>?)?)?)?)?)?|<\/?r?e?f?)$/;
const tags = /<\/?ref>/g;

/** Boxes and points by phrase, in the order of the text: { key, start, end, phrase, items }. */
export function groups(annotations) {
  const found = new Map();
  for (const annotation of annotations) {
    if (!isPlace(annotation)) {
      continue; // a kind of annotation that this page does not know
    }
    const key = `${annotation.start}-${annotation.end}`;
    const group = found.get(key) ?? { start: annotation.start, end: annotation.end, mark: markOf(annotation), phrase: String(annotation.phrase ?? ""), items: [] };
    group.items.push({ type: annotation.type, pixels: annotation.pixels.map(Number), confidence: annotation.confidence });
    found.set(key, group);
  }
  return [...found.values()].sort((a, b) => a.start - b.start).map((group, index) => ({ ...group, index }));
}

/** What looks like a box and could not be read: { start, end, message }. */
const problems = (annotations) => annotations
  .filter((annotation) => annotation?.type === "box_problem" && isSpan(annotation))
  .map(({ start, end, message }) => ({ start, end, message: String(message ?? "") }));

/** The pieces of the text so far: { kind: "text" | "phrase" | "mark" | "pending" | "unreadable", text, group?, message? }. */
export function pieces(text, annotations, streaming) {
  const result = [];
  let at = 0;
  const words = (to) => {
    let from = at;
    for (const tag of text.slice(at, to).matchAll(tags)) {
      push("text", text.slice(from, at + tag.index));
      push("mark", tag[0]);
      from = at + tag.index + tag[0].length;
    }
    push("text", text.slice(from, to));
    at = to;
  };
  const push = (kind, piece, group) => {
    if (piece !== "" || group !== undefined) {
      result.push({ kind, text: piece, group });
    }
  };

  for (const group of [...groups(annotations), ...problems(annotations)].sort((a, b) => a.start - b.start)) {
    if (group.start < at || group.end > text.length) {
      continue; // overlapping or outside: the box is drawn, but no words can be marked
    }
    words(group.start);
    if (group.items === undefined) {
      result.push({ kind: "unreadable", text: text.slice(group.start, group.end), message: group.message });
      at = group.end;
      continue;
    }
    push("phrase", text.slice(group.start, group.end), group.index);
    at = group.end;
    const tag = text.slice(at).startsWith("</ref>") ? 6 : 0;
    const length = group.mark ? group.mark[1] - at : tag + (notation.exec(text.slice(at + tag))?.[0].length ?? 0);
    if (length > 0) {
      push("mark", text.slice(at, at + length));
      at += length;
    }
  }

  const tail = streaming ? unfinished.exec(text.slice(at)) : null;
  if (tail !== null && tail[0].trim() !== "") {
    const end = text.length;
    words(at + tail.index);
    push("pending", text.slice(at, end));
  } else {
    words(text.length);
  }
  return result;
}

/** The words without any notation, to be read aloud. */
export const spoken = (text, annotations, streaming) =>
  pieces(text, annotations, streaming).filter((piece) => piece.kind === "text" || piece.kind === "phrase").map((piece) => piece.text).join("");

/** "12, 34, 56, 78": what is copied and what is shown. */
export const coordinates = (item) => item.pixels.map((value) => String(Math.round(value * 100) / 100)).join(", ");

function isPlace(annotation) {
  const count = annotation?.type === "box" ? 4 : annotation?.type === "point" ? 2 : 0;
  return count > 0 && Array.isArray(annotation.pixels) && annotation.pixels.length === count && annotation.pixels.every((value) => Number.isFinite(Number(value)))
    && isSpan(annotation);
}

const isSpan = ({ start, end }) => Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start;

/** Where the server says that the notation stands, if it says so. */
function markOf({ end, mark_start: from, mark_end: to }) {
  return Number.isInteger(from) && Number.isInteger(to) && from >= end && to >= from ? [from, to] : null;
}
