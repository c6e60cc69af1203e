// One turn in the list: the question with its marked places, the answer, and what went wrong.
import { AnswerView } from "./answer-view.js";
import { letterOf, nameOf, split } from "./question-parts.js";

export class TurnView {
  #turn;
  #countdown = 0;
  #shownFailure = null;

  /** @param on { choose(group, key, item), look(turn), retry(turn) } */
  constructor(turn, number, on) {
    this.#turn = turn;
    this.element = make("li", "turn");
    this.answer = new AnswerView(turn, on.choose, () => on.look(turn));
    this.select = make("button", "turn-choose");
    this.select.type = "button";
    this.select.textContent = "Show its boxes";
    this.select.setAttribute("aria-label", `Show its boxes: question ${number}`);
    this.select.addEventListener("click", () => on.look(turn));
    this.state = make("p", "turn-state");
    this.problem = make("div", "problem");
    this.problem.setAttribute("role", "alert");
    this.words = make("span", "");
    this.retry = make("button", "");
    this.retry.type = "button";
    this.retry.addEventListener("click", () => on.retry(turn));
    this.foot = make("div", "turn-foot");
    this.foot.append(this.state, this.select);
    const answer = make("div", "answer");
    answer.append(this.answer.text, this.answer.list, this.problem, this.foot);
    this.element.append(questionOf(turn), answer);
    // A click anywhere in a turn shows its boxes; the button above is the same for keys.
    this.element.addEventListener("click", () => on.look(turn));
  }

  update(isChosen, isLast) {
    const { state, failure, usage, finish, annotations } = this.#turn;
    this.answer.update();
    this.element.classList.toggle("is-chosen", isChosen);
    this.element.setAttribute("aria-current", String(isChosen));
    this.element.dataset.state = state;
    this.select.hidden = isChosen || annotations.length + this.#turn.regions.length === 0;
    this.state.textContent = {
      waiting: "Looking at the picture …",
      streaming: "",
      stopped: "Stopped.",
      failed: "",
      done: [finish === "length" ? "The answer reached its longest length." : "", usage ? `${usage.completion_tokens} tokens` : ""].join(" ").trim(),
    }[state];
    if (failure !== this.#shownFailure) {
      this.#shownFailure = failure;
      this.#showFailure(failure);
    }
    this.retry.hidden = !isLast;
  }

  #showFailure(failure) {
    clearInterval(this.#countdown);
    this.problem.replaceChildren();
    if (failure === null) {
      return;
    }
    this.words.textContent = failure.message;
    this.problem.append(this.words, this.retry);
    let left = failure.wait ?? 0;
    const show = () => {
      this.retry.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
      this.retry.disabled = left > 0;
    };
    show();
    if (left > 0) {
      this.#countdown = setInterval(() => {
        left--;
        show();
        if (left === 0 || !this.element.isConnected) {
          clearInterval(this.#countdown);
        }
      }, 1000);
    }
  }
}

function questionOf(turn) {
  const question = make("p", "question");
  for (const part of split(turn.question, turn.regions.length)) {
    const piece = make("span", typeof part === "string" ? "" : "place");
    piece.textContent = typeof part === "string" ? part : letterOf(part);
    if (typeof part !== "string") {
      piece.title = nameOf(turn.regions[part]);
      piece.setAttribute("role", "img");
      piece.setAttribute("aria-label", `place ${letterOf(part)}, ${nameOf(turn.regions[part])}`);
    }
    question.append(piece, " ");
  }
  return question;
}

function make(name, className) {
  const element = document.createElement(name);
  element.className = className;
  return element;
}
