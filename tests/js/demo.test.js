import assert from "node:assert/strict";
import { test } from "node:test";

import { pathAt } from "../../static/js/camera/demo.js";

test("the demo's view never leaves the portrait of 512 by 400 pixels", () => {
  for (let at_s = 0; at_s < 40; at_s += 0.1) {
    const { x, y, zoom } = pathAt(at_s);
    assert.ok(x >= 0 && y >= 0 && x + 352 / zoom <= 512 && y + 264 / zoom <= 400);
  }
});
