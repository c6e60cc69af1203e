// The turns about one picture, and what is sent to the server of them. No DOM here.
import { contentOf } from "./question-parts.js";

let turnNumber = 0;

/** A new turn. Its state goes from "waiting" over "streaming" to "done", "stopped" or "failed". */
export const turnOf = (question, regions) =>
  ({ id: ++turnNumber, question, regions, state: "waiting", text: "", annotations: [], failure: null, finish: null, usage: null });

/** Forgets what came of a turn, to ask it again. */
export function reset(turn) {
  Object.assign(turn, { state: "waiting", text: "", annotations: [], failure: null, finish: null, usage: null });
}

/**
 * The messages for the last of these turns. Turns that got no answer are left out, so that roles alternate;
 * the picture goes with the first message, once.
 */
export function messagesOf(turns, pictureUrl) {
  const messages = [];
  const last = turns.at(-1);
  for (const turn of turns) {
    if (turn !== last && turn.text === "") {
      continue;
    }
    const picture = messages.length === 0 ? [{ type: "image_url", image_url: { url: pictureUrl } }] : [];
    messages.push({ role: "user", content: [...picture, ...contentOf(turn.question, turn.regions)] });
    if (turn !== last) {
      messages.push({ role: "assistant", content: turn.text });
    }
  }
  return messages;
}
