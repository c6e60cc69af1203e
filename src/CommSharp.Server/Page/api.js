// The server's OpenAI-compatible interface: the models, and an answer as it is generated.
import { events } from "./sse.js";
import { Failure, brokenOff, ofResponse, unreachable } from "./failure.js";

const stored = "commsharp.key";
let key = null;
try { key = sessionStorage.getItem(stored); } catch { /* storage may be forbidden; then the key lives as long as the page */ }

/** The key for this tab; it is never written anywhere else. */
export function useKey(value) {
  key = value;
  try { sessionStorage.setItem(stored, value); } catch { /* as above */ }
}

export const hasKey = () => key !== null;

/** The names of the models that the server has. */
export async function models() {
  const response = await send("v1/models", {});
  const body = await response.json().catch(() => null);
  const names = (Array.isArray(body?.data) ? body.data : []).map((model) => model?.id).filter((id) => typeof id === "string");
  if (names.length === 0) {
    throw new Failure("server", "The server has no model.");
  }
  return names;
}

/**
 * Asks, and yields what comes: { text } and { annotations } and { usage } and { finish }. Ends normally only when the server said that it was done;
 * a stream that ends otherwise throws a failure of kind "broken" (or "network", when nothing had come).
 */
export async function* ask(request, signal) {
  const response = await send("v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  let finished = false;
  try {
    for await (const data of events(response.body)) {
      if (data === "[DONE]") {
        return;
      }
      const chunk = JSON.parse(data);
      if (chunk.error) {
        throw brokenOff(chunk.error.message);
      }
      const choice = chunk.choices?.[0];
      if (typeof choice?.delta?.content === "string" && choice.delta.content !== "") {
        yield { text: choice.delta.content };
      }
      if (Array.isArray(choice?.delta?.annotations)) {
        yield { annotations: choice.delta.annotations };
      }
      if (choice?.finish_reason) {
        finished = true;
        yield { finish: choice.finish_reason };
      }
      if (chunk.usage) {
        yield { usage: chunk.usage };
      }
    }
  } catch (error) {
    if (error instanceof Failure || error.name === "AbortError") {
      throw error;
    }
    throw brokenOff(); // the connection was cut, or what came was no JSON
  }
  if (!finished) {
    throw brokenOff();
  }
}

async function send(path, options) {
  const headers = { ...options.headers, ...(key === null ? {} : { Authorization: `Bearer ${key}` }) };
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "same-origin" });
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
  if (!response.ok) {
    throw await ofResponse(response);
  }
  return response;
}
