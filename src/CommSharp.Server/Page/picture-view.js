// The picture on its stage. The stage has the picture's shape, so a place in it is a fraction of its sides at every size.

const stage = document.getElementById("stage");
const image = document.getElementById("image");
const zooms = [1, 1.5, 2, 3, 4, 6];
let zoom = 0;
let shown = null;

export function show(picture, facts) {
  shown = picture;
  image.src = picture.address;
  image.alt = "";
  stage.setAttribute("aria-label", `Picture ${picture.name}, ${picture.width} by ${picture.height} pixels`);
  stage.style.setProperty("--width", String(picture.width));
  stage.style.setProperty("--height", String(picture.height));
  document.getElementById("picture-facts").textContent = facts;
  document.getElementById("welcome").hidden = true;
  document.getElementById("viewer").hidden = false;
  document.body.classList.remove("no-picture");
  setZoom(0);
}

export const picture = () => shown;

/** Pixels of the original picture under a place on the screen; held within the picture. */
export function pixelsAt(clientX, clientY) {
  const frame = stage.getBoundingClientRect();
  const along = (at, from, length, pixels) => Math.min(pixels, Math.max(0, ((at - from) / length) * pixels));
  return [along(clientX, frame.left, frame.width, shown.width), along(clientY, frame.top, frame.height, shown.height)];
}

function setZoom(next) {
  zoom = Math.min(zooms.length - 1, Math.max(0, next));
  stage.style.setProperty("--zoom", String(zooms[zoom]));
  document.getElementById("zoom-out").disabled = zoom === 0;
  document.getElementById("zoom-in").disabled = zoom === zooms.length - 1;
}

document.getElementById("zoom-in").addEventListener("click", () => setZoom(zoom + 1));
document.getElementById("zoom-out").addEventListener("click", () => setZoom(zoom - 1));
document.getElementById("zoom-fit").addEventListener("click", () => setZoom(0));
