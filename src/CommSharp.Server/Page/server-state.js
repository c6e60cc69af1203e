// Which model answers; what is said while none does.
import { models } from "./api.js";
import { askForKey } from "./key-dialog.js";

const state = document.getElementById("server-state");
const choice = document.getElementById("model");
const again = document.getElementById("connect-again");

/** The model to ask, once the server has said so. */
export const model = () => choice.value;

export async function connect() {
  state.textContent = "Connecting …";
  again.hidden = true;
  try {
    const names = await models();
    choice.replaceChildren(...names.map((name) => new Option(name, name)));
    choice.hidden = names.length < 2;
    state.textContent = names.length < 2 ? names[0] : "";
    state.title = names[0];
  } catch (failure) {
    if (failure.kind === "key" && await askForKey()) {
      return connect();
    }
    state.textContent = failure.kind === "key" ? "No API key" : failure.kind === "network" ? "Server not reached" : failure.message;
    again.hidden = false;
  }
}

again.addEventListener("click", connect);
