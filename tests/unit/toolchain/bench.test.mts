import { describe, expect, it } from "vitest";
import { askedFor } from "../../../toolchain/bench.mjs";
import { wishes } from "../../bench/wishes.js";

describe("`npm run bench`", () => {
  it("understands how often, under what load and how large", () => {
    const asked = askedFor(["--rounds", "3", "--busy", "1", "--sizes", "3,16"]);
    expect(wishes({ ...asked, PROXMOX_HA_ANSIBLE: "/a" })).toEqual({
      rounds: 3,
      busy: 1,
      sizes: [3, 16],
      ansible: "/a",
    });
  });

  it.each([["--rounds"], ["--rounds", "two"], ["--sizes", "3;9"], ["--fast", "1"]])(
    "refuses %s %s",
    (...words) => {
      expect(askedFor(words)).toBeUndefined();
    },
  );

  it("measures two rounds without sizes where nothing else is asked for", () => {
    expect(wishes({ PROXMOX_HA_ANSIBLE: "/a" })).toEqual({
      rounds: 2,
      busy: 0,
      sizes: [],
      ansible: "/a",
    });
  });
});
