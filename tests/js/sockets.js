/** A fake Socket.IO client with the real client's flags, whose answers the test sets. */

export class FakeSocket {
  connected = false;
  active = false;
  connects = 0;
  io = {};
  /** The time that an answer takes. */
  delay_ms = 1;
  /** The answer to a frame. */
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

  /** Accepts the connection. */
  open() {
    this.active = this.connected = true;
    this.tell("connect");
  }

  /** Refuses the connection with a message; the real client is then no longer active. */
  refuse(data) {
    this.active = false;
    this.tell("connect_error", Object.assign(new Error("refused"), { data }));
  }

  /** Fails or drops the connection; the real client then reconnects by itself. */
  fail() {
    this.active = true;
    this.connected = false;
    this.tell("connect_error", new Error("websocket error"));
  }

  timeout() {
    return { emitWithAck: () => passed(this.delay_ms).then(() => this.answer()) };
  }
}

/** Waits until a condition is true. */
export async function until(isTrue) {
  for (const end = performance.now() + 5000; !isTrue(); ) {
    if (performance.now() > end) throw new Error(`never true: ${isTrue}`);
    await passed(5);
  }
}

export const passed = (wait_ms) => new Promise((resolve) => setTimeout(resolve, wait_ms));
