import assert from "node:assert/strict";
import { test } from "node:test";

import { Game, ROUND_MS, ROUNDS } from "../../static/js/play/game.js";

const showing = (share, number = 1, word = "happy") => [{ number, face: { emotions: { [word]: share } } }];
const first = () => 0; // always draws the first word

/** Plays a game to its end in which every face shows `share` of each asked word. */
function play(share, number = 1) {
  const game = new Game(["happy", "sad"], false, first);
  let now_ms = 0;
  for (game.next(0); !game.isOver && now_ms < 10 * ROUNDS * ROUND_MS; now_ms += 100) game.see(showing(share, number, game.round.word), now_ms);
  return { game, now_ms };
}

test("a word never comes twice in a row", () => {
  const { game } = play(0.3);
  assert.deepEqual(game.rounds.map(({ word }) => word), ["happy", "sad", "happy", "sad", "happy"]);
});

test("points are the share that was held, a hundred a round at most", () => {
  const { game } = play(0.5);
  assert.deepEqual(game.points, [[1, 50 * ROUNDS]]);
});

test("who is sure enough need not wait", () => assert.ok(play(0.95).now_ms < play(0.5).now_ms / 2));

test("a flash of a face counts for nothing", () => {
  const game = new Game(["happy", "sad"], false, first);
  game.next(0);
  game.see(showing(0.1), 0);
  game.see(showing(0.99), 200);
  game.see(showing(0.1), 400);
  assert.equal(game.round.best.get(1), 0.1);
});

test("of several faces each has its points, the most first", () => {
  const game = new Game(["happy", "sad"], false, first);
  game.next(0);
  for (let at_ms = 0; at_ms <= 600; at_ms += 100) game.see([...showing(0.2, 1), ...showing(0.7, 2)], at_ms);
  assert.deepEqual(game.points, [[2, 70], [1, 20]]);
});

test("practice has no clock and no end", () => {
  const game = new Game(["happy", "sad"], true, first);
  game.next(0);
  for (let at_ms = 0; at_ms < 3 * ROUND_MS; at_ms += 500) game.see(showing(0.3), at_ms);
  assert.equal(game.rounds.length, 1);
  assert.equal(game.isOver, false);
});
