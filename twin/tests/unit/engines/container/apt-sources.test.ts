import { describe, expect, it } from "vitest";
import {
  chooseArchives,
  parseSources,
  sourcesFor,
} from "../../../../engines/container/apt-sources.js";

const ONE_LINE = `
# deb http://archive.example/old bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://archive.example/debian/ bookworm main contrib
deb-src http://archive.example/debian bookworm main
deb http://updates.example/debian-security bookworm-security main
`;
const PARAGRAPHS = `Types: deb deb-src
URIs: http://archive.example/debian
Suites: trixie trixie-updates
Components: main

Types: deb
Enabled: no
URIs: http://elsewhere.example/debian
Suites: trixie-security

Types: deb-src
URIs: http://sources.example/debian
Suites: trixie
`;

describe("the machine's package sources", () => {
  it("are read in the notation of one line an archive", () => {
    expect(parseSources(ONE_LINE, "")).toEqual([
      { uri: "http://archive.example/debian/", suite: "bookworm" },
      { uri: "http://updates.example/debian-security", suite: "bookworm-security" },
    ]);
  });

  it("are read in paragraphs, without those that are off or hold sources only", () => {
    expect(parseSources("", PARAGRAPHS)).toEqual([
      { uri: "http://archive.example/debian", suite: "trixie" },
      { uri: "http://archive.example/debian", suite: "trixie-updates" },
    ]);
  });

  it("give the archive of the machine's release, and tell when there is none", () => {
    const all = parseSources(ONE_LINE, PARAGRAPHS);
    expect(chooseArchives(all, "bookworm")).toEqual({
      main: "http://archive.example/debian",
      security: "http://updates.example/debian-security",
      updates: false,
    });
    expect(chooseArchives(all, "trixie")).toEqual({
      main: "http://archive.example/debian",
      updates: true,
    });
    expect(chooseArchives(all, "sid")).toBeUndefined();
  });

  it("are written for the suite of the hosts, updates and security only where the machine has them", () => {
    const key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
    expect(sourcesFor({ main: "http://m", updates: false }, "trixie")).toEqual([
      `deb ${key} http://m trixie main`,
    ]);
    expect(sourcesFor({ main: "http://m", security: "http://s", updates: true }, "trixie")).toEqual(
      [
        `deb ${key} http://m trixie main`,
        `deb ${key} http://m trixie-updates main`,
        `deb ${key} http://s trixie-security main`,
      ],
    );
  });
});
