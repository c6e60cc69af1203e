// Server-sent events of a fetch body. EventSource cannot POST, so the format is read here.

/** Yields the data of each event as text. Chunks may end anywhere: within a line, a line end or a character. */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A "\r" at the end of a chunk may be half of "\r\n": it waits for the next one.
      const lines = (done ? rest + "\n" : rest).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) {
            yield data.join("\n");
            data = [];
          }
        } else if (line.startsWith("data:")) {
          data.push(line.slice(line[5] === " " ? 6 : 5));
        } // comments (":") keep the line open; other fields mean nothing here
      }
      if (done) {
        return; // an event without its blank line is incomplete, and dropped as the format says
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // who stops listening closes the connection; one that broke needs no closing
  }
}
