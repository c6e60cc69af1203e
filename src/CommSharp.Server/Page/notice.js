// Short messages: one that stays until it is closed (something went wrong), and one that goes by itself (something was done).

const box = document.getElementById("notice");
const text = document.getElementById("notice-text");
const toast = document.getElementById("status");
let fading = 0;

export function warn(message) {
  box.hidden = false;
  text.textContent = message;
}

export function clear() {
  box.hidden = true;
  text.textContent = "";
}

export function say(message) {
  toast.textContent = message;
  toast.classList.add("is-shown");
  clearTimeout(fading);
  fading = setTimeout(() => toast.classList.remove("is-shown"), 2500);
}

document.getElementById("notice-close").addEventListener("click", clear);
