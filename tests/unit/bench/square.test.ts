import { expect, it } from "vitest";
import { renderPage } from "../../bench/page.js";
import { measureSquare } from "../../bench/square.js";
import { GOOD_RUN } from "./a-run.js";

it("what grows with the square of the nodes is counted, and how often a host is asked does not", async () => {
  const square = await measureSquare();
  expect(square.map(({ nodes }) => nodes)).toEqual([3, 6, 9, 16, 32]);
  for (const one of square) {
    expect(one.paths).toBe(one.nodes * (one.nodes - 1));
    expect(one.pathTrips).toBe(one.nodes);
    expect(one.wavesOfAHost).toBe(Math.ceil((one.nodes - 1) / 8));
    // Both ways between a joining node and each member, on the one link.
    expect(one.datagrams).toBe(one.nodes * (one.nodes - 1));
  }
  const page = renderPage([{ ...GOOD_RUN, square }]);
  expect(page).toContain("| 32 | ");
  expect(page).toContain("grows with the square");
});
