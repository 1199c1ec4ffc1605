import { expect, it } from "vitest";
import { FailureTexts } from "../../../automation/engine/failure-texts.js";

it("tells a failure once, in whatever words of the engine it comes", () => {
  const texts = new FailureTexts();
  expect(
    texts.news("creating x: 1 error occurred:\n\t* Failed to write on frege: no.\n\n"),
  ).toEqual(["Failed to write on frege: no."]);
  expect(texts.news("Failed to write on frege: no.")).toEqual([]);
  expect(texts.news("update failed")).toEqual([]);
  expect(
    texts.news("2 errors occurred:\n\t* Failed to write on frege: no.\n\t* Another.\n"),
  ).toEqual(["Another."]);
});

it("keeps what the engine says alone", () => {
  expect(new FailureTexts().news("update failed")).toEqual(["update failed"]);
});
