// Pictures to try at once, each with a question that the tabletop model was taught to answer.

const examples = [
  {
    file: "stars.jpg",
    name: "Stars, a drop and a circle on blue",
    question: "Describe the picture in one sentence and give the coordinates of everything that you mention.",
  },
  { file: "cloth.jpg", name: "Shapes on a green cloth", question: "Where is the orange ring in the picture? Answer with its coordinates." },
  { file: "ring.jpg", name: "Circles and a ring", question: "Where are all red circles in the picture? Answer with a box for each." },
];

/** Lists them; `take(blob, name, question)` is called with the chosen one, `refuse(message)` when it cannot be had. */
export function list(take, refuse) {
  for (const example of examples) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const image = document.createElement("img");
    image.src = `examples/${example.file}`;
    image.alt = example.name;
    image.width = image.height = 336;
    image.loading = "lazy";
    const words = document.createElement("span");
    words.textContent = example.question;
    button.append(image, words);
    button.addEventListener("click", async () => {
      try {
        const response = await fetch(`examples/${example.file}`);
        if (!response.ok) {
          throw new Error();
        }
        take(await response.blob(), example.name, example.question);
      } catch {
        refuse("The example could not be loaded. Is the server running?");
      }
    });
    item.append(button);
    document.getElementById("examples").append(item);
  }
}
