import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    // Every file would pay the SDK's import again (0.35 s each); suites reset what they share.
    isolate: false,
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.?(m)ts"] } },
      {
        extends: true,
        test: { name: "components", include: ["tests/components/**/*.test.?(m)ts"] },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.?(m)ts"],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.?(m)ts"],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
