import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { reportPage } from "../../../automation/report/page.js";
import { sights } from "../../unit/automation/report/sights.js";

/** The report in a real browser: what it does by itself, whether it fits, and what a judge of accessibility says. */
const CHROMIUM = "/usr/bin/chromium";
const WIDTHS = [360, 768, 1280];
const names = Object.keys(sights);

let browser: Browser;
const folder = mkdtempSync(path.join(tmpdir(), "report-page-"));
const fileOf = (name: string): string => path.join(folder, `${name.replaceAll(" ", "-")}.html`);

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no ${CHROMIUM} to judge the report. \`npm run test:all\` installs it as root; or run: apt-get install --no-install-recommends chromium`,
    );
  }
  for (const [name, make] of Object.entries(sights)) {
    writeFileSync(fileOf(name), reportPage(make()));
  }
  // Chromium refuses its sandbox to root, and nothing from elsewhere is opened.
  browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** What it asked for beside itself, complained about or wanted of a person. */
  readonly troubles: readonly string[];
}

async function open(name: string, width: number, scheme: "light" | "dark"): Promise<Opened> {
  const page = await browser.newPage();
  const troubles: string[] = [];
  const own = pathToFileURL(fileOf(name)).href;
  page.on("request", (request) => {
    if (request.url() !== own && request.url() !== "data:,") {
      troubles.push(`asks for ${request.url()}`);
    }
  });
  page.on("console", (message) => troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${String(error)}`));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(own, { waitUntil: "networkidle0" });
  return { page, troubles };
}

const seen = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** What axe has against the page, each with the first place. */
async function violations(page: Page): Promise<string[]> {
  const said: unknown = await page.evaluate(
    `${axe.source}; axe.run(document, { preload: false }).then(({ violations }) => ({ violations }))`,
  );
  return seen
    .parse(said)
    .violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`,
    );
}

/** What is wider than the screen, or than the tile that it stands in; what is in a region of its own can be pushed. */
const TOO_WIDE = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
  ...[...document.querySelectorAll("body *")]
    .filter((one) => one.closest(".wide, .drawing, details:not([open])") === null)
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map((one) => one.outerHTML.slice(0, 80)),
  ...[...document.querySelectorAll(".tile *")]
    .filter((one) => one.getBoundingClientRect().right > one.closest(".tile").getBoundingClientRect().right)
    .map((one) => one.outerHTML.slice(0, 80)),
]`;

describe.each(names)("the report of %s", (name) => {
  it.each(WIDTHS)("asks for nothing, complains of nothing and fits on %d pixels", async (width) => {
    const { page, troubles } = await open(name, width, "light");
    expect(troubles).toEqual([]);
    expect(await page.evaluate(TOO_WIDE)).toEqual([]);
    await page.close();
  });

  it.each([
    ["light", 1280],
    ["light", 360],
    ["dark", 1280],
    ["dark", 360],
  ] as const)("has nothing that axe objects to, %s on %d pixels", async (scheme, width) => {
    const { page } = await open(name, width, scheme);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it("prints on light paper with all that is folded in, and without what is only there to be pressed", async () => {
    const { page } = await open(name, 720, "dark");
    await page.emulateMediaType("print");
    const printed: unknown = await page.evaluate(`({
      words: getComputedStyle(document.body).color,
      folded: [...document.querySelectorAll("details > :not(summary)")].filter(
        (one) => !one.checkVisibility({ contentVisibilityAuto: true }) || one.offsetHeight === 0,
      ).length,
      all: document.querySelectorAll("details").length,
      sections: getComputedStyle(document.querySelector("nav")).display,
    })`);
    expect(printed).toMatchObject({ words: "rgb(27, 36, 48)", folded: 0, sections: "none" });
    expect(z.object({ all: z.number().positive() }).safeParse(printed).success).toBe(true);
    const paper = await page.pdf({ format: "A4" });
    expect(Buffer.from(paper).subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });
});

it("hostile hosts get no script, picture or style of theirs into the page", async () => {
  const { page } = await open("hostile hosts", 1280, "light");
  const made: unknown = await page.evaluate(
    "[document.scripts.length, document.images.length, document.querySelectorAll('style').length]",
  );
  expect(made).toEqual([0, 0, 1]);
  await page.close();
});

it("a page of somebody else that asks for something is caught by this test", async () => {
  writeFileSync(fileOf("stranger"), '<!doctype html><img src="http://192.0.2.1/x.png">');
  const page = await browser.newPage();
  const asked: string[] = [];
  // It is seen to ask, and nothing leaves this machine.
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    asked.push(request.url());
    const done = request.url().startsWith("file:") ? request.continue() : request.abort();
    done.catch(() => undefined);
  });
  await page.goto(pathToFileURL(fileOf("stranger")).href, { waitUntil: "load" });
  expect(asked).toContain("http://192.0.2.1/x.png");
  expect(await violations(page)).not.toEqual([]);
  await page.close();
});

/** A picture as colours of so many fields, which other fonts and smoothing move a little and a broken page moves much. */
const FIELDS = { across: 32, down: 20 };
const PICTURES = path.join(__dirname, "report-page.pictures.json");
const NEAR = 6;
const pictures = z.record(z.string(), z.array(z.number()));

async function pictureOf(page: Page): Promise<number[]> {
  const shot = await page.screenshot({ encoding: "base64" });
  const judge = await browser.newPage();
  const colours: unknown = await judge.evaluate(
    `(async () => {
      const image = new Image();
      image.src = "data:image/png;base64,${shot}";
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = ${FIELDS.across};
      canvas.height = ${FIELDS.down};
      const brush = canvas.getContext("2d");
      brush.imageSmoothingQuality = "high";
      brush.drawImage(image, 0, 0, canvas.width, canvas.height);
      return [...brush.getImageData(0, 0, canvas.width, canvas.height).data].filter((_, at) => at % 4 < 3);
    })()`,
  );
  await judge.close();
  return z.array(z.number()).parse(colours);
}

/** How far apart two pictures are on average, of 255. */
const apart = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, at) => sum + Math.abs(one - (b[at] ?? 255)), 0) / a.length;

describe("the report as a picture", () => {
  const looks = names
    .filter((name) => !name.startsWith("hostile"))
    .flatMap((name) =>
      ([1280, 360] as const).flatMap((width) =>
        (["light", "dark"] as const).map((scheme) => ({ name, width, scheme })),
      ),
    );

  it("looks as it did when somebody last looked at it", async () => {
    const seenNow: Record<string, number[]> = {};
    for (const { name, width, scheme } of looks) {
      const { page } = await open(name, width, scheme);
      seenNow[`${name}, ${width}, ${scheme}`] = await pictureOf(page);
      await page.close();
    }
    if (process.env.PROXMOX_HA_PICTURES === "write") {
      writeFileSync(PICTURES, `${JSON.stringify(seenNow)}\n`);
    }
    const kept = pictures.parse(JSON.parse(readFileSync(PICTURES, "utf8")));
    expect(Object.keys(seenNow).sort()).toEqual(Object.keys(kept).sort());
    const changed = Object.entries(seenNow).flatMap(([look, colours]) => {
      const distance = apart(colours, kept[look] ?? []);
      return distance > NEAR ? [`${look}: ${distance.toFixed(1)}`] : [];
    });
    // Look at the pages, then write the pictures anew with PROXMOX_HA_PICTURES=write.
    expect(changed).toEqual([]);
  });

  it("would look otherwise without its style or with its parts in another place", async () => {
    const [name = ""] = names;
    const { page } = await open(name, 1280, "light");
    const whole = await pictureOf(page);
    await page.evaluate('document.querySelector("main, body").style.paddingTop = "160px"');
    expect(apart(await pictureOf(page), whole)).toBeGreaterThan(NEAR);
    await page.evaluate('document.querySelectorAll("style").forEach((one) => one.remove())');
    expect(apart(await pictureOf(page), whole)).toBeGreaterThan(NEAR);
    await page.close();
  });
});
