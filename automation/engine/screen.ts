import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { redraws } from "../redraws.js";
import { visible } from "../visible.js";
import { Board, type Terminal } from "./board.js";
import type { EngineView } from "./engine-view.js";
import { EXIT } from "./exit-status.js";
import type { FailureTexts } from "./failure-texts.js";
import { LiveView } from "./live-view.js";
import type { RunOutcome, Verb } from "./outcome.js";
import type { PreviewView } from "./preview-view.js";
import { RunEvents } from "./run-events.js";
import type { EarlierTimes } from "./step-times.js";
import { summary } from "./summary.js";
import type { Waiting } from "./waiting.js";

/** What a run says while it goes on: lines, one JSON object at the end, an object for each event, or what fails alone. */
export type Manner = "lines" | "json" | "json lines" | "quiet";

/** What a run that is not of the whole has to say at its end. */
export interface LastWords {
  /** Before the last line of a run that came to its end. */
  readonly behind?: readonly string[];
  /** In the place of all that was seen, where nothing was run. */
  readonly instead?: readonly string[];
  /** The same for programs. */
  readonly report?: object;
}

/** Where a run is watched. */
export interface Screen {
  readonly failures: FailureTexts;
  readonly expects: (times: EarlierTimes) => void;
  readonly event: (event: EngineEvent) => void;
  /** Lines about the run itself. */
  readonly say: (lines: readonly string[]) => void;
  readonly waitingFor: () => readonly Waiting[];
  /** The last lines; nothing is under way any more, whatever was cut. */
  readonly end: (outcome: RunOutcome, words?: LastWords) => void;
  readonly leave: () => void;
}

export interface Output extends Terminal {
  readonly isTTY?: boolean;
}

export interface ScreenWish {
  readonly verb: Verb;
  readonly manner: Manner;
  readonly output: Output;
  readonly now: () => number;
  /** Of a preview: who turns its steps into lines. */
  readonly preview: () => PreviewView;
}

const REDRAW_MS = 1_000;
/** Without a terminal nobody sees a clock go on, so a long step is named again after so long a silence. */
const SILENCE_MS = 60_000;

export function screenFor(wish: ScreenWish): Screen {
  switch (wish.manner) {
    case "json":
      return jsonScreen(wish);
    case "json lines":
      return jsonLinesScreen(wish);
    case "quiet":
      return quietScreen(wish);
    case "lines":
      return wish.verb !== "preview" && redraws(wish.output)
        ? boardScreen(wish)
        : plainScreen(wish);
  }
}

const nothing = (): void => undefined;

const viewOf = ({ verb, now, preview }: ScreenWish): EngineView =>
  verb === "preview" ? preview() : new LiveView(now);

const print = (output: Output, lines: readonly string[]): void => {
  if (lines.length > 0) {
    output.write(lines.map((line) => `${visible(line)}\n`).join(""));
  }
};

const partsOf = (view: EngineView) => ({
  failures: view.failures,
  expects: (times: EarlierTimes): void => view.expect(times),
  waitingFor: (): Waiting[] => view.waitingFor(),
});

/** What no event has told: the engine may end before it can say anything itself, as when another run holds the stack. */
function untoldLines(view: EngineView, { status, errors }: RunOutcome): string[] {
  return view.failures.errors.length === 0 && errors.length > 0 && status !== EXIT.interrupted
    ? [`  error      ${errors.join("; ")}`]
    : [];
}

function endLines(
  view: EngineView,
  outcome: RunOutcome,
  { behind = [], instead }: LastWords = {},
): readonly string[] {
  if (instead !== undefined) {
    return instead;
  }
  const closing = outcome.errors.length === 0 ? [...view.closing(), ...behind] : view.failed();
  return [...untoldLines(view, outcome), ...closing, summary(outcome)];
}

interface Lines {
  readonly view: EngineView;
  readonly say: (lines: readonly string[]) => void;
  /** Once a second. */
  readonly tick: () => void;
  readonly last: (lines: readonly string[]) => void;
}

/** A run that is told by lines, and by what a second without any has to say. */
function linesScreen({ view, say, tick, last }: Lines): Screen {
  const ticking = setInterval(tick, REDRAW_MS);
  const leave = (): void => clearInterval(ticking);
  return {
    ...partsOf(view),
    event: (event) => say(view.lines(event)),
    say,
    end: (outcome, words) => {
      leave();
      last(endLines(view, outcome, words));
    },
    leave,
  };
}

function plainScreen(wish: ScreenWish): Screen {
  const { output, now } = wish;
  const view = viewOf(wish);
  let spokeAt = now();
  const say = (lines: readonly string[]): void => {
    if (lines.length > 0) {
      spokeAt = now();
    }
    print(output, lines);
  };
  const tick = (): void => {
    if (now() - spokeAt >= SILENCE_MS) {
      say(view.waitingFor().map(({ text }) => `  still      ${text}`));
    }
  };
  return linesScreen({ view, say, tick, last: say });
}

function boardScreen({ output, now }: ScreenWish): Screen {
  const view = new LiveView(now, false);
  const board = new Board(output, now);
  const say = (lines: readonly string[]): void =>
    board.print(lines, view.underWay(), view.progress());
  return linesScreen({
    view,
    say,
    tick: () => say([]),
    last: (lines) => board.print(lines, []),
  });
}

/** Failures as they come, what is said of the run itself, and its last line. */
function quietScreen(wish: ScreenWish): Screen {
  const { output } = wish;
  const view = viewOf(wish);
  return {
    ...partsOf(view),
    event: (event) => {
      const lines = view.lines(event);
      if (event.diagnosticEvent?.severity === "error") {
        print(output, lines);
      }
    },
    say: (lines) => print(output, lines),
    end: (outcome, words) =>
      print(output, words?.instead ?? [...untoldLines(view, outcome), summary(outcome)]),
    leave: nothing,
  };
}

function jsonScreen(wish: ScreenWish): Screen {
  const view = viewOf(wish);
  return {
    ...partsOf(view),
    event: (event) => {
      view.lines(event);
    },
    say: nothing,
    end: (outcome, words) =>
      write(wish.output, { ...outcome, ...view.details(), ...words?.report }),
    leave: nothing,
  };
}

/** The events of the library, each as a line, and the outcome as the last one. */
function jsonLinesScreen(wish: ScreenWish): Screen {
  const { output, verb, now } = wish;
  const events = new RunEvents(verb, now);
  const view = viewOf(wish);
  return {
    failures: events.failures,
    expects: (times) => view.expect(times),
    waitingFor: () => events.waitingFor(),
    event: (event) => {
      view.lines(event);
      for (const one of events.of(event)) {
        write(output, one);
      }
    },
    say: (lines) => {
      for (const text of lines) {
        write(output, { type: "message", severity: "info", text });
      }
    },
    end: (outcome, words) =>
      write(output, {
        type: "summary",
        outcome: { ...outcome, ...view.details(), ...words?.report },
      }),
    leave: nothing,
  };
}

function write(output: Output, value: object): void {
  output.write(`${JSON.stringify(value)}\n`);
}
