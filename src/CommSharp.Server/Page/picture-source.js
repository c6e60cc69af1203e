// The ways in for a picture: drop, paste, choose, camera.

/** Calls `take(file)` for each picture that comes, and `refuse(message)` for what is none. */
export function listen(take, refuse) {
  const veil = document.getElementById("drop-veil");
  const inputs = { file: document.getElementById("file"), camera: document.getElementById("camera") };

  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => inputs[button.dataset.choose].click());
  }
  for (const input of Object.values(inputs)) {
    input.addEventListener("change", () => {
      if (input.files.length > 0) {
        take(input.files[0]);
      }
      input.value = ""; // the same file may be chosen again
    });
  }

  // The whole page takes a drop: who misses the frame would otherwise leave the page for the picture.
  addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      veil.hidden = false;
    }
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      veil.hidden = true;
    }
  });
  addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!event.dataTransfer?.types.includes("Files")) {
      return; // text dropped into the question
    }
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) {
      take(file);
    } else {
      refuse("What was dropped is no file.");
    }
  });

  addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((candidate) => candidate.type.startsWith("image/"));
    if (file) {
      event.preventDefault();
      take(file);
    }
  });
}
