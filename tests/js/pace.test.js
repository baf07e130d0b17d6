import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace, SIZES } from "../../static/js/reading/pace.js";

/** The number of bytes of a camera's frame. */
const bytesOf = ({ side_px, quality }) => 600 + side_px * side_px * 0.12 * quality;

/** Simulates a connection for some seconds; returns the figures of the second half. */
function play({ kbit, way_ms, server_ms = 10, jitter_ms = 0, seconds = 40 }) {
  const pace = new Pace();
  const rate = kbit / 8; // bytes per millisecond
  let free_ms = 0; // when the connection is free
  let sent_ms = -Infinity;
  let noise = 1;
  const random = () => (noise = (noise * 16807) % 2147483647) / 2147483647;
  const underWay = [];
  const seen = { answers: 0, ages_ms: [], stale: 0 };
  let shown_ms = 0;
  for (let now_ms = 0; now_ms < seconds * 1000; now_ms++) {
    while (underWay.length && underWay[0].back_ms <= now_ms) {
      const { taken_ms } = underWay.shift();
      pace.answered(now_ms - taken_ms - server_ms, now_ms);
      shown_ms = taken_ms;
      if (now_ms > 500 * seconds) seen.answers++, seen.ages_ms.push(now_ms - taken_ms);
    }
    if (now_ms > 500 * seconds && now_ms - shown_ms > pace.stale_ms) seen.stale++;
    if (underWay.length < pace.room && now_ms - sent_ms >= Math.max(33, pace.gap_ms)) {
      const bytes = bytesOf(pace.size);
      free_ms = Math.max(free_ms, now_ms) + bytes / rate;
      underWay.push({ taken_ms: now_ms, back_ms: free_ms + way_ms + server_ms + jitter_ms * random() });
      underWay.sort((a, b) => a.back_ms - b.back_ms);
      sent_ms = now_ms;
    }
  }
  return { perSecond: seen.answers / (seconds / 2), side_px: pace.size.side_px, room: pace.room, stale_ms: seen.stale, isSlow: pace.isSlow, round_ms: pace.round_ms };
}

test("a quick line gets full frames, one at a time", () => {
  const { side_px, room, isSlow } = play({ kbit: 50_000, way_ms: 20 });
  assert.deepEqual({ side_px, room, isSlow }, { side_px: SIZES.at(-1).side_px, room: 1, isSlow: false });
});

for (const [line, least] of [
  [{ kbit: 300, way_ms: 400 }, 4],
  [{ kbit: 300, way_ms: 400, jitter_ms: 60 }, 4],
  [{ kbit: 64, way_ms: 400 }, 1],
  [{ kbit: 64, way_ms: 100, jitter_ms: 100 }, 1],
  [{ kbit: 1000, way_ms: 200 }, 4],
  [{ kbit: 40, way_ms: 300 }, 0.7],
]) {
  test(`${JSON.stringify(line)}: ${least} answers a second or more, none of them too old`, () => {
    const played = play(line);
    console.log(line, played);
    assert.ok(played.perSecond >= least, JSON.stringify(played));
    assert.equal(played.stale_ms, 0);
  });
}

test("a frame without an answer makes the next ones small", () => {
  const pace = new Pace();
  pace.lost();
  assert.equal(pace.size, SIZES[0]);
});
