// Asks for the API key when the server wants one.
import { hasKey, useKey } from "./api.js";

const dialog = document.getElementById("key-dialog");
const field = document.getElementById("key");
const reason = document.getElementById("key-reason");
const usual = reason.textContent;
let pending = null;

/** Resolves to whether a key was given. Two callers at once share one dialog. */
export function askForKey() {
  pending ??= new Promise((resolve) => {
    reason.textContent = hasKey() ? "The server did not accept the key. Check it and type it again." : usual;
    field.value = "";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" && field.value.trim() !== "";
      if (given) {
        useKey(field.value.trim());
      }
      field.value = "";
      pending = null;
      resolve(given);
    }, { once: true });
    dialog.showModal();
    field.focus();
  });
  return pending;
}

document.getElementById("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close("use");
});
document.getElementById("key-cancel").addEventListener("click", () => dialog.close("cancel"));
