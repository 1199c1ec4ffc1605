import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allPresent, onceGone, quorumOf, sum, whileAway } from "../../../../config/plan/votes.js";

const everybody = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 32 });
/** A cluster, and who of it is there. */
const cluster = everybody.chain((votes) =>
  fc.record({
    votes: fc.constant(votes),
    there: fc.array(fc.boolean(), { minLength: votes.length, maxLength: votes.length }),
  }),
);
const presentOf = (votes: readonly number[], there: readonly boolean[]): number =>
  sum(votes.filter((_, index) => there[index] === true));

describe("votes", () => {
  it("give quorum to at most one of two parts", () => {
    fc.assert(
      fc.property(cluster, ({ votes, there }) => {
        const expected = sum(votes);
        const one = presentOf(votes, there);
        const parts = [one, expected - one].filter((present) => present >= quorumOf(expected));
        expect(parts.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("are as few as quorum allows: one less would be half or below it", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), (expected) => {
        expect(2 * quorumOf(expected)).toBeGreaterThan(expected);
        expect(2 * (quorumOf(expected) - 1)).toBeLessThanOrEqual(expected);
      }),
    );
  });

  it("that nobody has are missed by nobody, and more are never missed less", () => {
    fc.assert(
      fc.property(cluster, fc.nat(8), fc.nat(8), ({ votes, there }, some, more) => {
        const counted = { expected: sum(votes), present: presentOf(votes, there) };
        expect(whileAway(counted, 0).borne).toBe(counted.present >= quorumOf(counted.expected));
        expect(whileAway(counted, some).left).toBe(counted.present - some);
        expect(whileAway(counted, some).borne || !whileAway(counted, some + more).borne).toBe(true);
      }),
    );
  });

  it("of one who can be away can be given up for good too, not the other way round", () => {
    fc.assert(
      fc.property(cluster, ({ votes, there }) => {
        const [own = 0, ...others] = votes;
        const counted = { expected: sum(votes), present: presentOf(votes, there) };
        const present = presentOf(others, there.slice(1));
        const away = whileAway({ ...counted, present: present + own }, own);
        const gone = onceGone({ ...counted, present }, own);
        expect(gone.left).toBe(away.left);
        expect(!away.borne || gone.borne).toBe(true);
      }),
    );
    // A pair: its half stops while the other one is away, and lives on once nobody expects it.
    expect(whileAway(allPresent([1, 1]), 1)).toMatchObject({ left: 1, needed: 2, borne: false });
    expect(onceGone({ expected: 2, present: 1 }, 1)).toMatchObject({ needed: 1, borne: true });
  });
});
