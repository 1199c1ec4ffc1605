import { describe, expect, it } from "vitest";
import { misspeltDomainWords } from "../../../toolchain/checks/domain-words.mjs";

const words = ["proxmox", "corosync", "quorum", "thunderbolt"];
const meant = (text: string) => misspeltDomainWords(text, words).map((finding) => finding.meant);

describe("misspeltDomainWords", () => {
  it.each(["promox", "Prxomox", "corosycn", "quorom", "thunderbold", "thunderbolht"])(
    "finds %s",
    (text) => {
      expect(meant(`a ${text} b`)).toHaveLength(1);
    },
  );

  it.each(["proxmox", "Corosync", "thunderbolts", "quorums", "forum", "proxy", "proxmoxve"])(
    "leaves %s alone",
    (text) => {
      expect(meant(`a ${text} b`)).toEqual([]);
    },
  );

  it("names the line", () => {
    expect(misspeltDomainWords("one\ntwo\nthe corosnyc link", words)).toEqual([
      { line: 3, found: "corosnyc", meant: "corosync" },
    ]);
  });
});
