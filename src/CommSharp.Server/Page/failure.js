// What went wrong, in words for people.

/** A failed request. `wait` is how many seconds the server asks to be left alone, or null. */
export class Failure extends Error {
  constructor(kind, message, wait = null) {
    super(message);
    this.kind = kind;
    this.wait = wait;
  }
}

export const unreachable = () =>
  new Failure("network", "The server cannot be reached. Check that it is running and that you are connected.");

export const brokenOff = (reason) =>
  new Failure("broken", `The answer broke off. What came so far is kept.${reason ? ` The server says: ${reason}` : ""}`);

/** Makes a failure of an answer that is not OK. */
export async function ofResponse(response) {
  const said = await response.json().then((body) => body?.error?.message, () => undefined);
  const says = typeof said === "string" && said !== "" ? ` The server says: ${said}` : "";
  const wait = secondsOf(response.headers.get("Retry-After"));
  switch (response.status) {
    case 401:
      return new Failure("key", "The server asks for an API key.");
    case 404:
      return new Failure("refused", `The server does not know this model or address.${says}`);
    case 413:
      return new Failure("large", `The picture is too large for this server. Choose a smaller one.${says}`);
    case 429:
      return new Failure("busy", "The server has too many questions at the moment.", wait ?? 5);
    case 503:
      return new Failure("busy", `The server is not ready to answer.${says}`, wait ?? 5);
    default:
      return response.status < 500
        ? new Failure("refused", said ? `The server does not take this question: ${said}` : `The server does not take this question (${response.status}).`)
        : new Failure("server", `The server failed (${response.status}).${says}`);
  }
}

/** Retry-After comes as seconds or as a date. */
function secondsOf(header) {
  if (!header) {
    return null;
  }
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(1, Math.ceil(seconds))) : null;
}
