import type { FailureKind } from "../../config/failure/kind.js";
import { type Diagnostic, errorLine } from "./diagnostic.js";
import { isRefusedByEngine, type StepMetadata } from "./steps.js";

/** What the engine says at the end of a run that failed, when all has been told already. */
const NO_NEWS = /^(preview|update|refresh) (failed|canceled)$/;

/**
 * The engine tells one failure of a resource several times, each time in other words of its own around it: when it happens, in the
 * resource's own list of errors, and at the end. A person needs it once.
 */
export class FailureTexts {
  private readonly told = new Set<string>();
  /** What went wrong, in words. */
  readonly errors: string[] = [];
  /** What went wrong, for the exit status. */
  readonly kinds: FailureKind[] = [];

  /** The parts of a text that were not told yet; none when there is no news in it. */
  news(text: string): string[] {
    return partsOf(text).filter((part) => {
      const known = this.told.has(part) || (this.told.size > 0 && NO_NEWS.test(part));
      this.told.add(part);
      return !known;
    });
  }

  /** Lines for what is new in a failure. */
  tell(failure: Diagnostic): string[] {
    return this.add(failure).map((one) => errorLine(failure.subject, one));
  }

  /** Takes a failure in, and returns what is new in it. */
  add({ text, kinds }: Pick<Diagnostic, "text" | "kinds">): string[] {
    this.kinds.push(...kinds);
    const news = this.news(text);
    this.errors.push(...news);
    return news;
  }

  /** The engine itself refuses some steps, and says so nowhere else. */
  look(metadata: StepMetadata): void {
    if (isRefusedByEngine(metadata)) {
      this.kinds.push("refused");
    }
  }
}

/** `creating …: 2 errors occurred:` and its list is what it lists. */
function partsOf(text: string): string[] {
  const list = /\b\d+ errors? occurred:\s*\n\s*\* /.exec(text);
  const items = list === null ? [text] : text.slice(list.index + list[0].length).split(/\n\s*\* /);
  return items.map((item) => item.trim()).filter((item) => item !== "");
}
