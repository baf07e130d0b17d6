/** A Socket.IO client for tests: it keeps the real one's flags, and answers as a test says. */

export class FakeSocket {
  connected = false;
  active = false;
  connects = 0;
  io = {};
  /** How long an answer takes. */
  delay_ms = 1;
  /** What a frame is answered. */
  answer = () => ({ faces: [] });
  #hear = {};

  on(event, hear) {
    this.#hear[event] = hear;
  }

  tell(event, ...words) {
    this.#hear[event]?.(...words);
  }

  connect() {
    this.connects++;
    this.active = true;
  }

  disconnect() {
    this.active = false;
    this.connected = false;
  }

  /** The server lets it in. */
  open() {
    this.active = this.connected = true;
    this.tell("connect");
  }

  /** The server refuses it in words, after which the real one is not active any more. */
  refuse(data) {
    this.active = false;
    this.tell("connect_error", Object.assign(new Error("refused"), { data }));
  }

  /** The connection cannot be made or is lost; the real one goes on trying by itself. */
  fail() {
    this.active = true;
    this.connected = false;
    this.tell("connect_error", new Error("websocket error"));
  }

  timeout() {
    return { emitWithAck: () => passed(this.delay_ms).then(() => this.answer()) };
  }
}

/** Waits until something is true. */
export async function until(isTrue) {
  for (const end = performance.now() + 5000; !isTrue(); ) {
    if (performance.now() > end) throw new Error(`never true: ${isTrue}`);
    await passed(5);
  }
}

export const passed = (wait_ms) => new Promise((resolve) => setTimeout(resolve, wait_ms));
