import type { TwinStatus } from "./status.js";

/** Whether the twin can be used, and why not. */
export class Readiness {
  #phase: TwinStatus["phase"] = "starting";
  #problem: string | undefined;

  get phase(): TwinStatus["phase"] {
    return this.#phase;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  stopping(): void {
    this.#phase = "stopping";
  }

  /**
   * Work that takes hosts away for a while: a twin that it leaves half-way is not ready, and says so. One that is whole
   * in spite of the failure stays what it was.
   */
  async after<T>(work: () => Promise<T>, isWhole: () => boolean = () => false): Promise<T> {
    try {
      const result = await work();
      this.#phase = "ready";
      this.#problem = undefined;
      return result;
    } catch (error) {
      if (!isWhole()) {
        this.#phase = "failed";
        this.#problem = error instanceof Error ? error.message : String(error);
      }
      throw error;
    }
  }
}
